import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderTree } from '../../../src/checkout/index.ts';
import { openCheckout } from '../../../src/checkout/open.ts';
import type { SourceTree } from '../../../src/checkout/types.ts';
import { applyEdits } from '../../../src/patch/ranges.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import { changesOnTree } from '../../../src/work/review/on-tree.ts';
import { git, gitInit, makeRig, miniTree, type Rig, write } from '../../checkout/rig.ts';

let rig: Rig;
let tree: SourceTree;
let repo: string;
const A = 'one\ntwo\n#ifdef X\nthree\n#endif\nfour\nfive\nsix\n';
beforeAll(async () => {
  rig = makeRig();
  repo = gitInit(
    miniTree(path.join(rig.dir, 'tree'), '3.9.2', {
      'Objects/a.c': A,
      'Objects/gone.c': 'x\n',
      'Lib/x.bin': '\0\0old\n',
    }),
  );
  tree = folderTree(await openCheckout(repo, rig.ctx), rig.ctx);
});
afterAll(() => rig.remove());

/** The diff of a change to the tree, by git itself. */
async function diffOf(files: Readonly<Record<string, string | undefined>>): Promise<string> {
  const copy = await mkdtemp(path.join(tmpdir(), 'fw-on-tree-'));
  try {
    git(copy, 'clone', '-q', repo, 'c');
    const root = path.join(copy, 'c');
    for (const [name, text] of Object.entries(files)) {
      if (text === undefined) await rm(path.join(root, name));
      else write(root, { [name]: text });
    }
    git(root, 'add', '-A');
    return git(root, 'diff', '--cached', '-M');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
const on = async (...texts: readonly string[]) => {
  const patches = texts.map((text, i) => ({ file: `${i}.patch`, text }));
  const folders = [{ patches, isSeries: false }];
  return changesOnTree(
    folders,
    patches.flatMap(({ file, text }) => readPatchText(text, { file })),
    tree,
    rig.ctx,
  );
};
const files = async (...texts: readonly string[]) => {
  const made = await on(...texts);
  return 'files' in made ? made.files : expect.fail(made.problem.message);
};
const warnings = async (...texts: readonly string[]) => {
  const made = await on(...texts);
  return 'files' in made ? [...made.warnings] : expect.fail(made.problem.message);
};
const problem = async (...texts: readonly string[]) => {
  const made = await on(...texts);
  return 'problem' in made ? made.problem : expect.fail('it applies');
};

test('whole contents before and after, and the tree is not touched', async () => {
  const text = await diffOf({
    'Objects/a.c': A.replace('three', '3'),
    'Objects/new.c': 'n\n',
    'Objects/gone.c': undefined,
  });
  expect((await files(text)).map(({ path: name, before, after }) => [name, before, after])).toEqual([
    ['Objects/a.c', A, A.replace('three', '3')],
    ['Objects/gone.c', 'x\n', ''],
    ['Objects/new.c', '', 'n\n'],
  ]);
  expect(git(repo, 'status', '--porcelain')).toBe('');
});

test('a patch on a patch, and lines that have moved', async () => {
  const first = await diffOf({ 'Objects/a.c': `zero\nzero\n${A}` });
  const moved = await diffOf({ 'Objects/a.c': A.replace('five', '5') });
  expect((await files(first, moved))[0]?.after).toBe(`zero\nzero\n${A.replace('five', '5')}`);
});

test('lines that have moved are told, with where they are', async () => {
  const text = (await diffOf({ 'Objects/a.c': A.replace('five', '5') })).replace('@@ -4,5 +4,5 @@', '@@ -9,5 +9,5 @@');
  expect(text).toContain('-9,5');
  expect(await warnings(text)).toEqual([
    [0, expect.objectContaining({ code: 'review/moved', detail: ['Objects/a.c:4: hunk 1, 5 lines before'] })],
  ]);
});

test('of a renamed file nothing is left under its old name', async () => {
  const made = await files(await diffOf({ 'Objects/a.c': undefined, 'Objects/b.c': A.replace('five', '5') }));
  expect(made.map(({ path: name, before, after }) => [name, before, after])).toEqual([
    ['Objects/b.c', A, A.replace('five', '5')],
    ['Objects/a.c', '', ''],
  ]);
});

test.each([
  ['of two folders', '--- old/Objects/a.c', '+++ new/Objects/a.c'],
  ['of a copy beside it', '--- Objects/a.c.orig', '+++ Objects/a.c'],
  ['without a/ and b/', 'diff --git Objects/a.c Objects/a.c\n--- Objects/a.c', '+++ Objects/a.c'],
])('a diff %s', async (_, old, now) => {
  const hunk = (await diffOf({ 'Objects/a.c': A.replace('five', '5') })).replace(/^[\s\S]*?(?=@@)/, '');
  expect((await files(`${old}\n${now}\n${hunk}`)).map(({ path: name, after }) => [name, after])).toEqual([
    ['Objects/a.c', A.replace('five', '5')],
  ]);
});

test('a binary file is changed beside others', async () => {
  const copy = await mkdtemp(path.join(tmpdir(), 'fw-on-tree-'));
  git(copy, 'clone', '-q', repo, 'c');
  write(path.join(copy, 'c'), { 'Lib/x.bin': '\0\0new\n', 'Objects/a.c': A.replace('five', '5') });
  const text = git(path.join(copy, 'c'), 'diff', '--binary');
  await rm(copy, { recursive: true, force: true });
  expect((await files(text)).map(({ path: name }) => name)).toEqual(['Objects/a.c']);
});

describe('what does not apply', () => {
  test('of mails in one file the one is named', async () => {
    const mail = (text: string, n: number) =>
      `From ${String(n).repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: s\n\n---\n${text}`;
    const good = await diffOf({ 'Objects/a.c': A.replace('five', '5') });
    const bad = (await diffOf({ 'Objects/gone.c': 'y\n' })).replace('-x', '-z');
    const made = await on(mail(good, 1) + mail(bad, 2) + mail(good, 3));
    expect(made).toMatchObject({ index: 1, problem: { message: expect.stringContaining('Objects/gone.c') } });
  });
  test('what it needs is told: already there, CRLF, no context', async () => {
    const text = await diffOf({ 'Objects/a.c': A.replace('five', '5') });
    const back = text.replace('-five\n+5', '-5\n+five');
    expect((await problem(back)).message).toContain('there already');
    expect((await problem(text.replaceAll('\n', '\r\n'))).hint).toContain('CRLF');
    const bare = text.replace(/@@[\s\S]*/, '@@ -7 +7 @@\n-five\n+5\n');
    expect((await problem(bare)).hint).toContain('-U0');
  });
  test('is told with its file and the line', async () => {
    const text = (await diffOf({ 'Objects/a.c': A.replace('five', '5') })).replace('-five', '-fife');
    expect(await problem(text)).toMatchObject({ code: 'review/not-on-tree', place: { file: '0.patch' } });
    expect((await problem(text)).message).toContain('Objects/a.c:');
  });
  test('of two the second is named', async () => {
    const text = await diffOf({ 'Objects/a.c': A.replace('five', '5') });
    expect((await problem(text, text)).place?.file).toBe('1.patch');
  });
  test('a name that leads out of the tree is written nowhere', async () => {
    const text = '--- a/../../etc/x\n+++ b/../../etc/x\n@@ -1 +1 @@\n-a\n+b\n';
    expect((await problem(text)).message).toContain('is in no tree');
  });
});

test('the changed ranges make the one of the other, whatever was changed', async () => {
  const line = fc.constantFrom('one', 'two', '#if X', '#endif', '', 'six');
  const change = fc.array(line, { maxLength: 9 }).map((lines) => lines.map((text) => `${text}\n`).join(''));
  await fc.assert(
    fc.asyncProperty(change, async (after) => {
      fc.pre(after !== A);
      const [made] = await files(await diffOf({ 'Objects/a.c': after }));
      expect(made?.after).toBe(after);
      expect(applyEdits(A, made?.edits ?? [])).toBe(after);
    }),
    { numRuns: 25 },
  );
});
