import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderTree } from '../../src/checkout/folder-tree.ts';
import { gitTree, gitTrees } from '../../src/checkout/git-tree.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { git, gitInit, makeRig, miniTree, patchlevel, type Rig, write } from './rig.ts';

let rig: Rig;
let repo: string;
beforeAll(() => {
  rig = makeRig();
  repo = miniTree(path.join(rig.dir, 'repo'), '3.9.1', {
    'Objects/a.c': 'int needle;\n',
    'Objects/deep/er.h': 'needle caf\xe9\n',
    'Lib/a.py': 'needle\n',
    'Modules/other.c': 'int hay;\n',
  });
  symlinkSync('a.c', path.join(repo, 'Objects/link.c'));
  gitInit(repo, 'v3.9.1');
  write(repo, { 'Modules/other.c': 'int needle;\n', 'Include/patchlevel.h': patchlevel('3.9.2') });
  git(repo, 'commit', '-qam', 'a second user');
  git(repo, 'tag', 'v3.9.2');
  write(repo, { 'Objects/a.c': 'int hay;\n', 'Include/patchlevel.h': patchlevel('3.10.0') });
  git(repo, 'commit', '-qam', 'moved');
  git(repo, 'tag', 'v3.10.0');
});
afterAll(() => rig.remove());

const found = (tree: SourceTree, text = 'needle') => tree.filesContaining?.(text, ['.c', '.h']);

test('each of many refs has its own answer, whatever the order of asking', async () => {
  const refs = ['v3.9.1', 'v3.9.2', 'v3.10.0'];
  const expected = [
    ['Objects/a.c', 'Objects/deep/er.h'],
    ['Modules/other.c', 'Objects/a.c', 'Objects/deep/er.h'],
    ['Modules/other.c', 'Objects/deep/er.h'],
  ];
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 1, 0],
  ]) {
    const results = await gitTrees(repo, refs, rig.ctx);
    const trees = results.map((r) => ('tree' in r ? r.tree : undefined));
    const answers = await Promise.all(order.map((i) => trees[i] && found(trees[i])));
    expect(answers).toEqual(order.map((i) => expected[i]));
  }
});

test('Latin-1 bytes are found as bytes', async () => {
  expect(await found(await gitTree(repo, 'v3.9.1', rig.ctx), 'caf\xe9')).toEqual(['Objects/deep/er.h']);
});

test('a folder says the same; changes upon a tree count', async () => {
  git(repo, 'checkout', '-q', 'v3.9.2');
  const folder = folderTree(await openCheckout(repo, rig.ctx), rig.ctx);
  const tree = await gitTree(repo, 'v3.9.2', rig.ctx);
  // A link is another name of a file that is found already.
  expect((await found(folder))?.filter((f) => f !== 'Objects/link.c')).toEqual(await found(tree));
  const over = overlayTree(tree, [
    { path: 'Objects/a.c', after: 'int hay;\n' },
    { path: 'Python/new.c', after: 'int needle;\n' },
    { path: 'Lib/new.py', after: 'needle\n' },
  ]);
  expect(await found(over)).toEqual(['Modules/other.c', 'Objects/deep/er.h', 'Python/new.c']);
  expect(await over.list('Python')).toEqual(['Python/ceval.c', 'Python/new.c']);
  expect(await tree.list('Objects')).toEqual((await tree.list()).filter((f) => f.startsWith('Objects/')));
  expect(await folder.list('Objects')).toEqual(await tree.list('Objects'));
  expect(await tree.list('Nowhere')).toEqual([]);
  expect(await tree.list('configure')).toEqual([]);
});
