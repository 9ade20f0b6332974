import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesOnTree } from '../../src/change/on-tree.ts';
import { folderTree } from '../../src/checkout/index.ts';
import { openCheckout } from '../../src/checkout/open.ts';
import type { SourceTree } from '../../src/checkout/types.ts';
import { parsePatch } from '../../src/diff/read.ts';
import { applyEdits } from '../../src/patch/ranges.ts';
import { git, gitInit, makeRig, miniTree, type Rig, write } from '../checkout/rig.ts';

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
  symlinkSync('gone.c', path.join(repo, 'Objects/l.c'));
  symlinkSync('Lib', path.join(repo, 'to-lib'));
  git(repo, 'add', '-A');
  git(repo, 'commit', '-qm', 'links');
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
/** Whether git itself takes a patch in a work tree. */
function applies(root: string, text: string): boolean {
  const { status } = spawnSync('git', ['apply', '--check', '-'], {
    cwd: root,
    input: text,
    env: rig.ctx.env as NodeJS.ProcessEnv,
  });
  return status === 0;
}
const on = (...texts: readonly string[]) =>
  changesOnTree(
    texts.flatMap((text, i) => parsePatch(text, `${i}.patch`)),
    tree,
    undefined,
    rig.ctx,
  );
const files = async (...texts: readonly string[]) => {
  const made = await on(...texts);
  expect(made.patches.flatMap(({ problem }) => problem?.message ?? [])).toEqual([]);
  return made.files;
};
const warnings = async (...texts: readonly string[]) => (await on(...texts)).patches.map(({ warning }) => warning);
const problem = async (...texts: readonly string[]) => {
  const found = (await on(...texts)).patches.find((patch) => patch.problem !== undefined)?.problem;
  return found ?? expect.fail('it applies');
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
    expect.objectContaining({ code: 'review/moved', detail: ['Objects/a.c:4: hunk 1, 5 lines before'] }),
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

describe('names that are found in the tree, with as many folders left out as patch(1) would be told', () => {
  const hunk = '@@ -6,3 +6,3 @@\n four\n-five\n+5\n six\n';
  const named = async (old: string, now: string, strip?: number) => {
    const parsed = parsePatch(`--- ${old}\n+++ ${now}\n${hunk}`, 'x.patch');
    const made = await changesOnTree(parsed, tree, strip, rig.ctx);
    return made.patches[0]?.problem ?? made.files.map(({ path: name, after }) => [name, after.includes('\n5\n')]);
  };
  test.each([
    ['../Python-3.9.2.orig/Objects/a.c\t2020-01-01', './Objects/a.c'],
    ['./Objects/a.c', '../Python-3.9.2/Objects/a.c'],
    ['Objects.orig/a.c', 'Objects/a.c'],
    ['a/vendor/cpython/Objects/a.c', 'b/vendor/cpython/Objects/a.c'],
    ['a/Objects/a.c.orig', 'b/Objects/a.c'],
    ['x/y/Objects/a.c', 'x/z/Objects/a.c'],
  ])('%s, %s', async (old, now) => {
    expect(await named(old, now)).toEqual([['Objects/a.c', true]]);
  });
  test('told by --strip, and told of it where they are not found', async () => {
    expect(await named('a/b/c/d/e/f/Objects/a.c', 'a/b/c/d/e/f/Objects/a.c', 6)).toEqual([['Objects/a.c', true]]);
    expect(await named('a/Objects/none.c', 'b/Objects/none.c')).toMatchObject({
      message: expect.stringContaining('a/Objects/none.c: No such file'),
      place: { file: 'x.patch', line: 1 },
      hint: expect.stringContaining('--strip'),
    });
    expect(await named('a/Objects/a.c', 'b/Objects/a.c', 0)).toMatchObject({ code: 'review/not-on-tree' });
  });
});

describe('line ends that the repository’s attributes make', () => {
  const ATTRIBUTES = ['', 'text', 'eol=crlf', '-text', 'text=auto'];
  const TEXTS = { lf: A, crlf: A.replaceAll('\n', '\r\n'), mixed: A.replace('one\n', 'one\r\n') };
  test.each(['false', 'true'])('are those that git apply compares with: core.autocrlf=%s', async (autocrlf) => {
    const names = ATTRIBUTES.flatMap((attribute, i) =>
      Object.keys(TEXTS).map((ends) => [`d/${i}-${ends}.c`, attribute]),
    );
    const root = gitInit(
      miniTree(path.join(rig.dir, `ends-${autocrlf}`), '3.9.2', {
        '.gitattributes': names.map(([name, attribute]) => `${name} ${attribute}\n`).join(''),
        ...Object.fromEntries(names.map(([name = '']) => [name, A])),
      }),
    );
    git(root, 'config', 'core.autocrlf', autocrlf);
    for (const [name = ''] of names) write(root, { [name]: TEXTS[name.replace(/.*-|\.c/g, '') as keyof typeof TEXTS] });
    const there = folderTree(await openCheckout(root, rig.ctx), rig.ctx);
    let applied = 0;
    for (const [name = ''] of names) {
      for (const end of ['\n', '\r\n']) {
        const hunk = `@@ -5,4 +5,4 @@\n #endif\n four\n-five\n+5\n six\n`;
        const lines = hunk
          .split('\n')
          .map((line, i) => (i > 0 && line !== '' ? `${line}${end}` : `${line}${i === 0 ? '\n' : ''}`));
        const text = `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n${lines.join('')}`;
        const by = applies(root, text);
        const made = await changesOnTree(parsePatch(text, 'x.patch'), there, undefined, rig.ctx);
        expect([name, end, made.patches[0]?.problem === undefined]).toEqual([name, end, by]);
        if (by) applied++;
      }
    }
    expect(applied).toBeGreaterThan(10);
    expect(applied).toBeLessThan(30);
  });
});

test('a binary file is changed beside others', async () => {
  const copy = await mkdtemp(path.join(tmpdir(), 'fw-on-tree-'));
  git(copy, 'clone', '-q', repo, 'c');
  write(path.join(copy, 'c'), { 'Lib/x.bin': '\0\0new\n', 'Objects/a.c': A.replace('five', '5') });
  const text = git(path.join(copy, 'c'), 'diff', '--binary');
  await rm(copy, { recursive: true, force: true });
  expect((await files(text)).map(({ path: name }) => name).sort()).toEqual(['Lib/x.bin', 'Objects/a.c']);
});

describe('what does not apply', () => {
  test('of mails in one file the one is named', async () => {
    const mail = (text: string, n: number) =>
      `From ${String(n).repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: s\n\n---\n${text}`;
    const good = await diffOf({ 'Objects/a.c': A.replace('five', '5') });
    const bad = (await diffOf({ 'Objects/gone.c': 'y\n' })).replace('-x', '-z');
    const made = await on(mail(good, 1) + mail(bad, 2) + mail(good, 3));
    const told = made.patches.map((patch) => patch.problem?.message ?? '');
    expect(told).toEqual(['', expect.stringContaining('Objects/gone.c'), expect.stringContaining('there already')]);
    expect(made.patches.map(({ name }) => name)).toEqual([
      '0.patch:1',
      expect.stringMatching(/^0.patch:\d\d$/),
      expect.any(String),
    ]);
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
  test('one that is stale is left out for those after it, of which the changes are told', async () => {
    const first = await diffOf({ 'Objects/a.c': A.replace('one', '1') });
    const stale = (await diffOf({ 'Objects/gone.c': 'y\n' })).replace('-x', '-z');
    const last = await diffOf({ 'Objects/a.c': A.replace('six', '6') });
    const made = await on(first, stale, last);
    expect(made.patches.map((patch) => patch.problem === undefined)).toEqual([true, false, true]);
    expect(made.files).toMatchObject([{ path: 'Objects/a.c', after: A.replace('one', '1').replace('six', '6') }]);
  });
  test('one that may need another which does not apply says so', async () => {
    const stale = (await diffOf({ 'Objects/gone.c': 'y\n' })).replace('-x', '-z');
    const made = await on(stale, stale);
    expect(made.patches[1]?.problem?.hint).toContain('0.patch before it does not apply either');
  });
  test('what patch(1) takes with fuzz is refused, with the place and the way out', async () => {
    const text = (await diffOf({ 'Objects/a.c': A.replace('three', '3') })).replace(' one\n', ' another\n');
    expect(await problem(text)).toMatchObject({
      detail: expect.arrayContaining(['patch -p1 takes it with fuzz 1 at line 1 of Objects/a.c']),
      hint: expect.stringContaining('refresh'),
    });
  });
  test('a link that one patch makes is no way for the next', async () => {
    const link =
      'diff --git a/Lib/l b/Lib/l\nnew file mode 120000\n--- /dev/null\n+++ b/Lib/l\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\n';
    const made = await on(link, '--- /dev/null\n+++ b/Lib/l/x\n@@ -0,0 +1 @@\n+x\n');
    expect(made.patches[1]?.problem?.message).toContain('symbolic link');
    expect(made.files).toMatchObject([{ path: 'Lib/l', after: '/tmp' }]);
  });
  const made = (name: string) => `--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+x\n`;
  test.each([
    ['a new file below a file', made('Objects/a.c/x'), 'Objects/a.c is a file'],
    ['a new file on a folder', made('Objects'), 'it is a folder'],
    ['a new file below a link to a folder', made('to-lib/x'), 'to-lib is a file'],
    ['a change behind a link', '--- a/Objects/l.c\n+++ b/Objects/l.c\n@@ -1 +1 @@\n-x\n+y\n', 'l.c is a symbolic link'],
    ['a path with /./', made('Objects/./n.c'), '"/./"'],
  ])('%s is refused, with its place', async (_, text, message) => {
    const found = await problem(`\n${text}`);
    expect(found.message).toContain(message);
    expect(found.place?.file).toBe('0.patch');
    if (!text.includes('/./')) expect(found.place?.line).toBe(2);
  });
  test('a file in the place of one that the patch removes', async () => {
    const gone = await diffOf({ 'Objects/gone.c': undefined });
    expect((await files(gone + made('Objects/gone.c/x'))).map(({ path: name }) => name)).toContain('Objects/gone.c/x');
  });
  test('less context below than above: refused where patch(1) would go to the same lines at the end', async () => {
    const block = 'f\n1\n2\n3\n\n\n';
    const rows = await diffOf({ 'Lib/rep.py': block.repeat(3) });
    const hunk = (at: number) => `--- a/Lib/rep.py\n+++ b/Lib/rep.py\n@@ -${at},5 +${at},5 @@\n 1\n 2\n-3\n+4\n \n \n`;
    const less = (at: number) => hunk(at).replace('@@ -2,5 +2,5', '@@ -1,6 +1,6').replace('@@\n', '@@\n f\n');
    expect(await problem(rows, less(2))).toMatchObject({
      place: { line: 3 },
      message: expect.stringContaining('patch(1) takes the last'),
    });
    expect((await files(rows, hunk(2)))[0]?.after).toBe(block.replace('3', '4') + block.repeat(2));
    // A hunk above it was taken out by hand: two places for lines that stand twice, one for others.
    const shifted = (text: string) => text.replace('+2,5', '+8,5');
    expect(await problem(rows, shifted(hunk(2)))).toMatchObject({
      place: { line: 3 },
      message: expect.stringContaining('git goes by +8, patch(1) by -2'),
    });
    const once = await diffOf({ 'Lib/rep.py': `${block}g\n` });
    expect((await files(once, shifted(hunk(2))))[0]?.after).toBe(`${block.replace('3', '4')}g\n`);
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
