import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenPatches } from '../../src/change/patches.ts';
import { folderTree } from '../../src/checkout/index.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import { overlayTree } from '../../src/checkout/overlay-tree.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { parsePatch } from '../../src/diff/read.ts';
import type { GenerateResult } from '../../src/patch/types.ts';
import { git, gitInit, makeRig, miniTree, type Rig, write } from '../checkout/rig.ts';

let rig: Rig;
let root: string;
let tree: SourceTree;
const A = `${[...'abcdefghij'].join('\n')}\n`;
beforeAll(async () => {
  rig = makeRig();
  root = gitInit(miniTree(path.join(rig.dir, 'tree'), '3.9.2', { 'Objects/a.c': A, 'Lib/b.py': 'pass\n' }));
  tree = folderTree(await openCheckout(root, rig.ctx), rig.ctx);
});
afterAll(() => rig.remove());

const given = (text: string, name = 'dir/my fix.patch') =>
  givenPatches(parsePatch(text, name), undefined, new Set(), rig.ctx);
const make = async (text: string, on = tree): Promise<GenerateResult> => {
  const [first] = given(text);
  if (first === undefined) throw new Error('no patch');
  return first.make(on);
};
const applied = async (text: string, on = tree) => {
  const result = await make(text, on);
  if (result.verdict !== 'applies') throw new Error(JSON.stringify(result));
  return result;
};

const HUNK = '@@ -4,3 +4,3 @@\n d\n-e\n+E\n f\n';
const PLAIN = `--- a/Objects/a.c\n+++ b/Objects/a.c\n${HUNK}`;

describe('what a patch says of itself', () => {
  test('a mail: its subject and text', () => {
    const mail = `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.com>\nSubject: [PATCH 1/2] Say it\n\nBecause.\n---\n ${PLAIN}`;
    const [one] = given(mail.replace(` ${PLAIN}`, PLAIN));
    expect(one?.identity).toMatchObject({ id: 'my-fix', title: 'Say it', why: 'Because.', version: '' });
    expect(one?.origin).toEqual({
      ...{ kind: 'patch', file: 'dir/my fix.patch', line: 1 },
      header: [{ name: 'From', value: 'A <a@example.com>' }],
    });
  });

  test('DEP-3: its description', () => {
    const [one] = given(`Author: Me\nDescription: Keep less\n Two lines\n .\n and a gap.\nForwarded: no\n\n${PLAIN}`);
    expect(one?.identity).toMatchObject({ title: 'Keep less', why: 'Two lines\n\nand a gap.' });
  });

  test('nothing: its name; and each has a name of its own', () => {
    expect(given(PLAIN)[0]?.identity.title).toBe('my fix.patch');
    const taken = new Set<string>();
    const ids = ['a/x.diff', 'b/x.patch', '.x', '///'].map(
      (name) => givenPatches(parsePatch(PLAIN, name), undefined, taken, rig.ctx)[0]?.identity.id,
    );
    expect(ids).toEqual(['x', 'x-2', 'x-3', 'patch']);
  });
});

describe('a patch on a tree', () => {
  test('is taken as it is written', async () => {
    const { patch, warnings } = await applied(PLAIN);
    expect(patch.text).toBe(PLAIN);
    expect(patch.files).toEqual([
      {
        path: 'Objects/a.c',
        before: A,
        after: A.replace('e', 'E'),
        edits: [{ edit: 0, kind: 'patch file', why: 'my fix.patch', start: 8, end: 10, replacement: 'E\n' }],
      },
    ]);
    expect([patch.insertions, patch.deletions, warnings]).toEqual([1, 1, []]);
  });

  test('a name with a space and no tab behind it: that patch(1) cuts it is said once', async () => {
    const made = (end: string) => `--- /dev/null\n+++ b/N E/x y.c${end}\n@@ -0,0 +1 @@\n+int x;\n`;
    const { patch, warnings } = await applied(made(''));
    expect(patch.files.map((file) => file.path)).toEqual(['N E/x y.c']);
    expect(warnings).toMatchObject([{ code: 'change/space-in-name' }]);
    expect((await applied(made('\t'))).warnings).toEqual([]);
  });

  test('at other lines: the offset is told, and the patch gets the lines of the tree', async () => {
    const moved = overlayTree(tree, [{ path: 'Objects/a.c', after: `0\n0\n${A}` }]);
    const { patch, warnings } = await applied(PLAIN, moved);
    expect(warnings).toMatchObject([{ code: 'change/moved', detail: ['Objects/a.c:6: hunk 1, 2 lines after'] }]);
    expect(patch.text).toContain('@@ -4,7 +4,7 @@');
    expect(patch.files[0]?.after).toBe(`0\n0\n${A.replace('e', 'E')}`);
  });

  test('with other folders in its names: they become those of the tree', async () => {
    const { patch } = await applied(PLAIN.replaceAll('/Objects/', '/deep/er/Objects/'));
    expect(patch.text).toContain('--- a/Objects/a.c\n+++ b/Objects/a.c\n');
  });

  test('that stands there already, or changes nothing', async () => {
    const there = overlayTree(tree, [{ path: 'Objects/a.c', after: A.replace('e', 'E') }]);
    expect(await make(PLAIN, there)).toMatchObject({ verdict: 'already-applied' });
  });

  test('that does not apply: with the hunk, what stands there, and the way to port it', async () => {
    expect(await make(PLAIN.replace('-e', '-x'))).toMatchObject({
      verdict: 'drifted',
      problems: [
        {
          code: 'change/does-not-apply',
          place: { file: 'Objects/a.c', line: 5 },
          detail: ['expected "x"', 'found    "e"'],
          related: [{ place: { file: 'dir/my fix.patch', line: 3 }, message: 'the hunk' }],
          hint: expect.stringContaining('--port-from'),
        },
      ],
    });
  });

  test.each(['120000', '160000'])('that makes what is no file (mode %s) is refused with its line', async (mode) => {
    const link = `diff --git a/l b/l\nnew file mode ${mode}\nindex 0000000..1111111\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n`;
    expect(await make(link)).toMatchObject({
      verdict: 'drifted',
      problems: [{ code: 'change/link', place: { line: 1 } }],
    });
  });
});

/** A change of the tree, by git, and what is made of it. */
async function byGit(change: (root: string) => void, ...how: string[]) {
  const copy = path.join(rig.dir, 'copy');
  git(rig.dir, 'clone', '-q', root, copy);
  change(copy);
  git(copy, 'add', '-A');
  const text = git(copy, 'diff', '--cached', '--binary', ...how);
  rmSync(copy, { recursive: true });
  const { patch } = await applied(text);
  const after = overlayTree(tree, patch.files);
  return { patch, after, text };
}

describe('files as a whole', () => {
  test('made, removed, made executable', async () => {
    const { patch, after } = await byGit((copy) => {
      write(copy, { 'Lib/new.sh': '#!/bin/sh\n', 'Lib/bytes.bin': '\0\x01' });
      chmodSync(path.join(copy, 'Lib/new.sh'), 0o755);
      chmodSync(path.join(copy, 'Lib/b.py'), 0o755);
      rmSync(path.join(copy, 'Objects/a.c'));
    });
    const told = patch.files.map(({ path: name, is, executable }) => [name, is, executable]);
    expect(told.sort()).toEqual([
      ['Lib/b.py', undefined, true],
      ['Lib/bytes.bin', 'made', undefined],
      ['Lib/new.sh', 'made', true],
      ['Objects/a.c', 'removed', undefined],
    ]);
    expect(await after.list()).not.toContain('Objects/a.c');
    expect((await after.read('Lib/bytes.bin'))?.text).toBe('\0\x01');
    expect(await after.read('Lib/b.py')).toMatchObject({ text: 'pass\n', executable: true });
  });

  test('renamed', async () => {
    const { after } = await byGit((copy) => {
      git(copy, 'mv', 'Objects/a.c', 'Objects/z.c');
      write(copy, { 'Objects/z.c': A.replace('e', 'E') });
    }, '-M');
    expect(await after.read('Objects/a.c')).toBeUndefined();
    expect((await after.read('Objects/z.c'))?.text).toBe(A.replace('e', 'E'));
  });
});

test('a folder with CRLF: the patch of the repository gives the folder’s line ends', async () => {
  const crlf = gitInit(
    miniTree(path.join(rig.dir, 'crlf'), '3.9.2', { 'Objects/a.c': A, '.gitattributes': '*.c text\n' }),
  );
  write(crlf, { 'Objects/a.c': A.replaceAll('\n', '\r\n') });
  git(crlf, 'config', 'core.autocrlf', 'true');
  const folder = folderTree(await openCheckout(crlf, rig.ctx), rig.ctx);
  const { patch } = await applied(PLAIN, folder);
  expect(patch.files[0]).toMatchObject({
    before: A.replaceAll('\n', '\r\n'),
    after: A.replace('e', 'E').replaceAll('\n', '\r\n'),
    edits: [{ start: 12, end: 15, replacement: 'E\r\n' }],
  });
});

describe('names that go round', () => {
  test.each(['rotate', 'swap'])('%s: as git makes them', async (how) => {
    const copy = path.join(rig.dir, 'copy');
    const B = `${[...'zyxwvutsrq'].join('\n')}\n`;
    const from = gitInit(miniTree(path.join(rig.dir, how), '3.9.2', { 'Objects/a.c': A, 'Objects/b.c': B }));
    git(rig.dir, 'clone', '-q', from, copy);
    git(copy, 'mv', 'Objects/b.c', 'Objects/c.c');
    git(copy, 'mv', 'Objects/a.c', 'Objects/b.c');
    if (how === 'swap') git(copy, 'mv', 'Objects/c.c', 'Objects/a.c');
    const text = git(copy, 'diff', '--cached', 'HEAD', '-M', '-B');
    rmSync(copy, { recursive: true });
    const folder = folderTree(await openCheckout(from, rig.ctx), rig.ctx);
    const { patch } = await applied(text, folder);
    const after = overlayTree(folder, patch.files);
    expect((await after.read('Objects/b.c'))?.text).toBe(A);
    expect((await after.read(`Objects/${how === 'swap' ? 'a' : 'c'}.c`))?.text).toBe(B);
    if (how === 'rotate') expect(await after.read('Objects/a.c')).toBeUndefined();
  });
});

test('a name that is not UTF-8 is refused: it would be made under another one', async () => {
  expect(await make('--- /dev/null\n+++ "b/Lib/\\344.py"\n@@ -0,0 +1 @@\n+x\n')).toMatchObject({
    problems: [{ code: 'change/name' }],
  });
});

test.each([
  ['core.autocrlf', 'true', PLAIN],
  ['core.eol', 'crlf', PLAIN],
  ['apply.ignoreWhitespace', 'change', PLAIN.replace(' d\n', '  d\n')],
])('what the user has set for git (%s=%s) changes nothing', async (name, value, text) => {
  const home = path.join(rig.dir, 'home');
  write(home, { '.gitconfig': '', '.config/git/attributes': '*.c text eol=crlf\n' });
  git(home, 'config', '--global', name, value);
  const ctx = { ...rig.ctx, env: { ...rig.ctx.env, HOME: home, GIT_CONFIG_NOSYSTEM: undefined } };
  const [one] = givenPatches(parsePatch(text, 'x.patch'), undefined, new Set(), ctx);
  const result = await one?.make(tree);
  if (text !== PLAIN) expect(result?.verdict).toBe('drifted');
  else if (result?.verdict !== 'applies') throw new Error(JSON.stringify(result));
  else expect(result.patch.files[0]?.after).toBe(A.replace('e', 'E'));
});

test('the written patch is one that git takes', async () => {
  const moved = overlayTree(tree, [{ path: 'Objects/a.c', after: `0\n0\n${A}` }]);
  const { patch } = await applied(PLAIN, moved);
  write(root, { 'Objects/a.c': `0\n0\n${A}` });
  const said = spawnSync('git', ['apply', '--check', '-'], { cwd: root, input: patch.text });
  git(root, 'checkout', '-q', '.');
  expect(said.status).toBe(0);
});
