import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openGit } from '../../src/checkout/git.ts';
import { expandRefs, gitTree, obtainSource, openCheckout, pybenchFromHistory } from '../../src/checkout/index.ts';
import { checkoutAtRef } from '../../src/checkout/source/obtain.ts';
import { gitMoves } from '../../src/patch/port/files.ts';
import { type Hostile, hostile } from './hostile.ts';
import { failure, git, gitInit, makeRig, miniTree, type Rig, write } from './rig.ts';

let rig: Rig;
let evil: Hostile;
beforeAll(() => {
  rig = makeRig();
  evil = hostile(path.join(rig.dir, 'evil'));
});
afterAll(() => rig.remove());
// A commit or checkout of the rig's own may have run some: what counts is what comes after.
beforeEach(() => {
  const traces = path.join(rig.dir, 'evil/traces');
  for (const name of readdirSync(traces)) rmSync(path.join(traces, name));
  // git looks into files whose times it does not know.
  const now = new Date();
  for (const name of ['Objects/frameobject.c', 'Python/ceval.c', 'Include/patchlevel.h', 'configure', 'inner/a.c'])
    utimesSync(path.join(evil.root, name), now, now);
});

test('the traps work: plain git runs them', () => {
  const plain = (...args: string[]) => {
    try {
      execFileSync('git', args, { cwd: evil.root, env: { PATH: process.env.PATH, HOME: rig.dir }, stdio: 'ignore' });
    } catch {}
  };
  plain('status');
  plain('diff');
  plain('log', '-p', '-3');
  plain('-c', 'diff.external=', 'diff');
  plain('add', '-A', '--', 'configure');
  expect(evil.ran()).toEqual(
    expect.arrayContaining([
      'core-fsmonitor',
      'diff-evil-command',
      'diff-words-textconv',
      'filter-a-b-c-clean',
      'filter-evil-clean',
      'gpg-program',
      'included-filter',
      'submodule-filter',
      'submodule-fsmonitor',
    ]),
  );
});

const reading: Readonly<Record<string, () => Promise<unknown>>> = {
  'opening a checkout': () => openCheckout(evil.root, rig.ctx),
  'a tree of a ref': async () => (await gitTree(evil.root, 'HEAD', rig.ctx)).read('Python/ceval.c'),
  'names of refs': () => expandRefs(evil.root, ['v3.*', 'main'], rig.ctx),
  'a ref as a folder': () => checkoutAtRef(evil.root, 'HEAD', rig.ctx),
  'sources from its address': () => obtainSource(`file://${evil.root}#main`, rig.ctx),
  'pybench of its history': async () => pybenchFromHistory(await openCheckout(evil.root, rig.ctx), rig.ctx),
  'moves between commits': () => gitMoves(evil.root, 'v3.9.2', rig.ctx)(),
  'its log with changes': async () => (await openGit(evil.root, rig.ctx)).log(['-p']),
  'a commit with its changes': async () => (await openGit(evil.root, rig.ctx)).show(['HEAD~']),
  'its changes': async () => (await openGit(evil.root, rig.ctx)).diff(),
  'its branches and worktrees': async () => {
    await (await openGit(evil.root, rig.ctx)).branch(['-a']);
    await (await openGit(evil.root, rig.ctx)).raw(['worktree', 'list']);
  },
};
test.each(Object.keys(reading))('%s runs nothing', async (name) => {
  await reading[name]?.();
  expect(evil.ran()).toEqual([]);
});

const PATCH = `--- a/Objects/frameobject.c
+++ b/Objects/frameobject.c
@@ -1 +1 @@
-int frame2;
+int frame3;
`;
const commands: Readonly<Record<string, (recipes: string, patch: string) => string[]>> = {
  'generate -C': (recipes) => ['generate', 'frame', '--recipes-dir', recipes, '-C', evil.root],
  'generate --ref': (recipes) => ['generate', 'frame', '--recipes-dir', recipes, '-C', evil.root, '--ref', 'v3.*'],
  'review of a recipe on a ref': (recipes) => [
    'review',
    'frame',
    '--recipes-dir',
    recipes,
    '-C',
    evil.root,
    '--ref',
    'v3.9.2',
  ],
  'review on the work tree': (_, patch) => ['review', patch, '-C', evil.root],
  port: (_, patch) => ['port', patch, '--from', evil.root, '-C', evil.root],
  'apply --check': (recipes) => ['apply', 'frame', '--recipes-dir', recipes, '--check', '-C', evil.root],
  doctor: () => ['doctor', '-C', evil.root],
  plan: (recipes) => ['plan', 'frame', '--recipes-dir', recipes, '-C', evil.root],
  'source of its address': () => ['source', `file://${evil.root}#v3.9.2`],
};
test.each(Object.keys(commands))('forkwright %s runs nothing', (name) => {
  const recipes = path.join(rig.dir, 'recipes');
  write(recipes, {
    'frame.yaml': `id: frame\ntitle: T\nwhy: W\ncpython: '3.9'\nfiles: ['Objects/*.c']\nedits:\n  - edit-text: {find: frame, with: f, times: '1..n'}\n`,
  });
  write(rig.dir, { 'a.patch': PATCH });
  const args = commands[name]?.(recipes, path.join(rig.dir, 'a.patch')) ?? [];
  const cli = path.resolve(import.meta.dirname, '../../src/cli/forkwright.ts');
  const env = { PATH: process.env.PATH, HOME: rig.dir, XDG_CACHE_HOME: path.join(rig.dir, 'xdg') };
  const ended = spawnSync(process.execPath, [cli, ...args], { cwd: rig.dir, env, encoding: 'utf8' });
  expect([ended.status, ended.stderr]).toEqual([0, expect.not.stringContaining('error')]);
  expect(evil.ran()).toEqual([]);
});

test('what differs in a submodule is seen all the same', async () => {
  const { localChanges } = await openCheckout(evil.root, rig.ctx);
  expect(localChanges).toEqual(expect.arrayContaining(['inner/a.c', 'Objects/frameobject.c', 'configure']));
});

test('the index is not written', async () => {
  const index = path.join(evil.root, '.git/index');
  const before = statSync(index, { bigint: true }).mtimeNs;
  await openCheckout(evil.root, rig.ctx);
  expect(statSync(index, { bigint: true }).mtimeNs).toBe(before);
});

test('an object that a partial clone lacks is not fetched: refused with the way out', async () => {
  const whole = gitInit(miniTree(path.join(rig.dir, 'whole')), 'v3.9.2');
  git(whole, 'config', 'uploadpack.allowFilter', 'true');
  const partial = path.join(rig.dir, 'partial');
  git(rig.dir, 'clone', '-q', '--bare', '--filter=blob:none', `file://${whole}`, partial);
  const trace = path.join(rig.dir, 'evil/traces/promisor');
  writeFileSync(path.join(rig.dir, 'upload'), `#!/bin/sh\n: > '${trace}'\nexec git-upload-pack "$@"\n`, {
    mode: 0o755,
  });
  git(partial, 'config', 'remote.origin.uploadpack', path.join(rig.dir, 'upload'));
  const found = await failure(gitTree(partial, 'v3.9.2', rig.ctx));
  expect(existsSync(trace)).toBe(false);
  expect(found).toMatchObject({ code: 'checkout/missing-object' });
  // The trap works.
  git(partial, 'cat-file', '-p', 'v3.9.2:configure');
  expect(existsSync(trace)).toBe(true);
});

test('a filter whose name cannot be said on the command line: refused', async () => {
  const root = gitInit(miniTree(path.join(rig.dir, 'strange')));
  write(root, { '.gitattributes': '*.c filter=a=b\n' });
  git(root, 'config', 'filter.a=b.clean', evil.trap('strange filter'));
  expect(await failure(openCheckout(root, rig.ctx))).toMatchObject({ code: 'checkout/strange-filter' });
  expect(evil.ran()).toEqual([]);
});

test.runIf(process.getuid?.() === 0)("another user's repository is not looked into", async () => {
  const root = gitInit(miniTree(path.join(rig.dir, 'theirs')));
  execFileSync('chown', ['-R', '65534:65534', root]);
  expect(await failure(openCheckout(root, rig.ctx))).toMatchObject({ code: 'checkout/dubious-ownership' });
});
