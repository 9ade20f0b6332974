import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderTree } from '../../src/checkout/folder-tree.ts';
import { parseBatch } from '../../src/checkout/git-objects.ts';
import { gitTree, gitTrees } from '../../src/checkout/git-tree.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import { expandRefs } from '../../src/checkout/refs.ts';
import { failure, git, gitInit, makeRig, miniTree, patchlevel, type Rig, write } from './rig.ts';

let rig: Rig;
let repo: string;
const LATIN = '/* caf\xe9 \xff */\r\n\tint x;\n';

beforeAll(() => {
  rig = makeRig();
  repo = miniTree(path.join(rig.dir, 'repo'), '3.9.2', { 'Lib/latin.c': LATIN, 'Lib/empty.py': '' });
  chmodSync(path.join(repo, 'configure'), 0o755);
  symlinkSync('../Objects/frameobject.c', path.join(repo, 'Lib/link.c'));
  symlinkSync('nowhere', path.join(repo, 'Lib/dangling'));
  symlinkSync('../../outside', path.join(repo, 'Lib/outside'));
  gitInit(repo, 'v3.9.2');
  write(repo, { 'Include/patchlevel.h': patchlevel('3.10.1'), 'Objects/frameobject.c': 'int later;\n' });
  git(repo, 'commit', '-q', '-a', '-m', '3.10.1');
  git(repo, 'tag', 'v3.10.1');
  git(repo, 'rm', '-q', 'Include/patchlevel.h');
  git(repo, 'commit', '-q', '-m', 'not a tree');
  git(repo, 'tag', 'broken');
  git(repo, 'checkout', '-q', 'v3.9.2');
});
afterAll(() => rig.remove());

describe('gitTree', () => {
  test('is the same as the folder of that commit', async () => {
    const tree = await gitTree(repo, 'v3.9.2', rig.ctx);
    const folder = folderTree(await openCheckout(repo, rig.ctx), rig.ctx);
    expect(await tree.list()).toEqual(await folder.list());
    for (const file of await tree.list()) expect(await tree.read(file)).toEqual(await folder.read(file));
    expect(await tree.read('Lib/latin.c')).toMatchObject({ text: LATIN, executable: false });
    expect(await tree.read('configure')).toMatchObject({ executable: true });
    expect(await tree.read('Lib/link.c')).toMatchObject({ path: 'Lib/link.c', text: 'int frame;\n' });
    expect(tree.base).toMatchObject({ kind: 'git', dirty: false, describe: 'v3.9.2' });
  });

  test.each(['Lib/dangling', 'Lib/outside', 'Lib', 'none.c', 'Lib/latin.c/x', '../repo/configure', ''])(
    '%j is no file, in both kinds',
    async (file) => {
      const folder = folderTree(await openCheckout(repo, rig.ctx), rig.ctx);
      expect(await (await gitTree(repo, 'v3.9.2', rig.ctx)).read(file)).toBeUndefined();
      expect(await folder.read(file)).toBeUndefined();
    },
  );

  test('many refs, one of them no tree and one unknown: each has its own result', async () => {
    const results = await gitTrees(repo, ['v3.9.2', 'broken', 'v9', 'v3.10.1'], rig.ctx);
    const told = results.map((r) => ('tree' in r ? r.tree.version.text : r.problem.code));
    expect(told).toEqual(['3.9.2', 'checkout/not-cpython', 'checkout/no-ref', '3.10.1']);
    const texts = await Promise.all(
      results.map(async (r) => ('tree' in r ? (await r.tree.read('Objects/frameobject.c'))?.text : undefined)),
    );
    expect(texts).toEqual(['int frame;\n', undefined, undefined, 'int later;\n']);
  });

  test("works on a bare repository, and on a tree's folder in a larger one", async () => {
    const bare = path.join(rig.dir, 'bare.git');
    git(rig.dir, 'clone', '-q', '--bare', repo, bare);
    expect((await gitTree(bare, 'v3.10.1', rig.ctx)).version.text).toBe('3.10.1');
    const larger = path.join(rig.dir, 'larger');
    miniTree(path.join(larger, 'vendor/cpython'), '3.8.1');
    gitInit(larger);
    const tree = await gitTree(path.join(larger, 'vendor/cpython'), 'main', rig.ctx);
    expect(await tree.list()).toContain('Objects/frameobject.c');
    expect(tree.version.text).toBe('3.8.1');
  });

  test('does not touch the work tree', async () => {
    await gitTree(repo, 'v3.10.1', rig.ctx);
    expect(git(repo, 'status', '--porcelain')).toBe('');
    expect(git(repo, 'describe', '--tags').trim()).toBe('v3.9.2');
  });

  test('errors say what to do', async () => {
    expect(await failure(gitTree(repo, 'v9', rig.ctx))).toMatchObject({ code: 'checkout/no-ref' });
    expect(await failure(gitTree(rig.dir, 'v9', rig.ctx))).toMatchObject({ code: 'checkout/no-repository' });
  });
});

test('two hundred refs take a few processes', async () => {
  const many = path.join(rig.dir, 'many');
  mkdirSync(many);
  git(many, 'init', '-q');
  const commits = Array.from({ length: 200 }, (_, i) => {
    const files = {
      'Include/patchlevel.h': patchlevel(`3.9.${i}`),
      'Objects/a.c': `int a${i % 7};\n`,
      'Lib/same.py': '',
    };
    const entries = Object.entries(files).map(([name, text]) => `M 644 inline ${name}\ndata ${text.length}\n${text}\n`);
    return `commit refs/tags/t${i}\ncommitter A <a@example.com> ${i} +0000\ndata 1\nx\n${entries.join('')}\n`;
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: many, input: commits.join('') });
  // A git that counts how often it is started.
  const log = path.join(rig.dir, 'git-calls');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  write(rig.dir, { 'bin/git': `#!/bin/sh\necho "$*" >>'${log}'\nexec '${real}' "$@"\n` });
  chmodSync(path.join(rig.dir, 'bin/git'), 0o755);
  const ctx = { ...rig.ctx, env: { ...rig.ctx.env, PATH: `${path.join(rig.dir, 'bin')}:${process.env.PATH}` } };
  const results = await gitTrees(many, await expandRefs(many, ['t*'], ctx), ctx);
  const blobs = new Set<string>();
  for (const result of results) {
    if (!('tree' in result)) expect.fail(result.problem.message);
    blobs.add((await result.tree.read('Objects/a.c'))?.blob ?? '');
    expect(await result.tree.list()).toEqual(['Include/patchlevel.h', 'Lib/same.py', 'Objects/a.c']);
  }
  expect(results).toHaveLength(200);
  expect(blobs.size).toBe(7);
  expect(readFileSync(log, 'utf8').trim().split('\n').length).toBeLessThan(20);
});

describe('parseBatch', () => {
  test('contents may look like headers', () => {
    const into = new Map<string, string>();
    parseBatch('aa blob 12\nbb blob 3\nx\n\nbb missing\ncc blob 0\n\n', into);
    expect([...into]).toEqual([
      ['aa', 'bb blob 3\nx\n'],
      ['cc', ''],
    ]);
  });
  test('a cut answer is an error, not a short file', () => {
    expect(() => parseBatch('aa blob 12\nshort', new Map())).toThrow('in the middle');
  });
});

describe('expandRefs', () => {
  test('globs in version order; other names as they are; nothing twice', async () => {
    expect(await expandRefs(repo, ['v3.*', 'HEAD~1', 'v3.9.2', 'main'], rig.ctx)).toEqual([
      'v3.9.2',
      'v3.10.1',
      'HEAD~1',
      'main',
    ]);
  });
  test('a glob that matches nothing', async () => {
    const said = await failure(expandRefs(repo, ['v2.*'], rig.ctx));
    expect(said.code).toBe('checkout/no-ref');
    expect(said.detail.join()).toContain('v3.10.1');
  });
});

describe('overlayTree', () => {
  test('reads see the changes, the rest and the tree below stay', async () => {
    const tree = await gitTree(repo, 'v3.9.2', rig.ctx);
    const over = overlayTree(tree, [
      { path: 'configure', after: 'new' },
      { path: 'Lib/added.py', after: 'a\xe9' },
    ]);
    expect(await over.read('configure')).toMatchObject({ text: 'new', executable: true });
    expect((await over.read('configure'))?.blob).not.toBe((await tree.read('configure'))?.blob);
    expect(await over.read('Lib/added.py')).toMatchObject({ text: 'a\xe9', executable: false });
    expect(await over.read('Lib/latin.c')).toEqual(await tree.read('Lib/latin.c'));
    const twice = overlayTree(over, [{ path: 'configure', after: 'newer' }]);
    expect((await twice.read('configure'))?.text).toBe('newer');
    expect(await twice.list()).toEqual([...(await tree.list()), 'Lib/added.py'].sort());
  });
});
