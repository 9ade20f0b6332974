import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckout } from '../../src/checkout/open.ts';
import { checkoutAtRef } from '../../src/checkout/source/obtain.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from './rig.ts';

let rig: Rig;
let repo: string;
beforeAll(() => {
  rig = makeRig();
  // Signs that mean something in an address.
  repo = miniTree(path.join(rig.dir, 'a fork%20 of #1'), '3.8.5');
  gitInit(repo, 'v3.8.5');
  miniTree(repo, '3.8.20', { 'Objects/frameobject.c': 'int later;\n' });
  git(repo, 'commit', '-q', '-a', '-m', 'later');
});
afterAll(() => rig.remove());

test('an earlier commit, while the work tree has something else and is not touched', async () => {
  write(repo, { 'Objects/frameobject.c': 'int mine;\n', 'new file': 'x' });
  const root = await checkoutAtRef(repo, 'v3.8.5', rig.ctx);
  expect(readFileSync(path.join(root, 'Objects/frameobject.c'), 'utf8')).toBe('int frame;\n');
  const checkout = await openCheckout(root, rig.ctx);
  expect(checkout.version.text).toBe('3.8.5');
  expect(checkout.base).toMatchObject({ kind: 'git', commit: git(repo, 'rev-parse', 'v3.8.5').trim(), dirty: false });
  expect(readFileSync(path.join(repo, 'Objects/frameobject.c'), 'utf8')).toBe('int mine;\n');
  git(repo, 'checkout', '-q', 'Objects/frameobject.c');
});

test('names of one commit are one folder; a branch that moved is another', async () => {
  const main = await checkoutAtRef(repo, 'main', rig.ctx);
  expect(await checkoutAtRef(repo, 'HEAD', rig.ctx)).toBe(main);
  expect(await checkoutAtRef(repo, git(repo, 'rev-parse', 'main').trim(), rig.ctx)).toBe(main);
  write(repo, { 'Objects/frameobject.c': 'int moved;\n' });
  git(repo, 'commit', '-q', '-a', '-m', 'moved');
  const moved = await checkoutAtRef(repo, 'main', rig.ctx);
  expect(moved).not.toBe(main);
  expect(readFileSync(path.join(moved, 'Objects/frameobject.c'), 'utf8')).toBe('int moved;\n');
});

test('a bare clone, a shallow one, and a tree in a folder of a larger repository', async () => {
  const bare = path.join(rig.dir, 'bare.git');
  git(rig.dir, 'clone', '-q', '--bare', repo, bare);
  expect((await openCheckout(await checkoutAtRef(bare, 'v3.8.5', rig.ctx), rig.ctx)).version.text).toBe('3.8.5');
  const shallow = path.join(rig.dir, 'shallow');
  git(rig.dir, 'clone', '-q', '--depth=1', `file://${encodeURI(repo).replace('#', '%23')}`, shallow);
  expect((await openCheckout(await checkoutAtRef(shallow, 'HEAD', rig.ctx), rig.ctx)).version.text).toBe('3.8.20');
  const monorepo = path.join(rig.dir, 'mono');
  miniTree(path.join(monorepo, 'third_party/cpython'), '3.7.1');
  gitInit(monorepo, 'game-1');
  const inside = await checkoutAtRef(path.join(monorepo, 'third_party/cpython'), 'game-1', rig.ctx);
  expect((await openCheckout(inside, rig.ctx)).version.text).toBe('3.7.1');
});

test('what is not there is told with what to do', async () => {
  expect(await failure(checkoutAtRef(repo, 'v9.9', rig.ctx))).toMatchObject({
    code: 'checkout/no-ref',
    hint: expect.stringContaining('git fetch --tags'),
  });
  expect(await failure(checkoutAtRef(repo, '--upload-pack=x', rig.ctx))).toMatchObject({ code: 'checkout/no-ref' });
  const folder = miniTree(path.join(rig.dir, 'folder'), '3.9.2');
  expect(await failure(checkoutAtRef(folder, 'main', rig.ctx))).toMatchObject({ code: 'checkout/no-repository' });
});
