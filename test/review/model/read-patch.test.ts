import { describe, expect, test } from 'vitest';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import { UserError } from '../../../src/system/diagnostic.ts';

const read = (text: string) => readPatchText(text, { file: 'x.patch' });
const one = (text: string) => {
  const [patch, ...more] = read(text);
  expect(more).toEqual([]);
  if (patch === undefined) throw new Error('no patch');
  return patch;
};
const failure = (text: string) => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics[0];
    throw error;
  }
  throw new Error('was read');
};

const DIFF = '--- a/one.c\n+++ b/one.c\n@@ -1,3 +1,3 @@ int f(void)\n a\n-b\n+c\n d\n';

test('a plain unified diff', () => {
  const patch = one(DIFF);
  expect(patch).toMatchObject({ id: 'x.patch', title: 'x.patch', verdict: 'read', insertions: 1, deletions: 1 });
  const [file] = patch.files;
  expect(file).toMatchObject({ path: 'one.c', status: 'modified', eol: 'lf', encoding: 'utf-8' });
  const [hunk] = file?.hunks ?? [];
  expect(hunk?.section).toBe('int f(void)');
  expect(hunk?.rows.map((row) => [row.kind, row.oldLine, row.newLine, row.text])).toEqual([
    ['context', 1, 1, 'a'],
    ['removed', 2, undefined, 'b'],
    ['added', undefined, 2, 'c'],
    ['context', 3, 3, 'd'],
  ]);
});

test('a removed line that looks like a file header is a removed line', () => {
  const patch = one('--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n--- a/y\n a\n');
  expect(patch.files).toHaveLength(1);
  expect(patch.files[0]?.hunks[0]?.rows[0]).toMatchObject({ kind: 'removed', text: '-- a/y' });
});

test('mails: subject, message, signature, several in a file', () => {
  const mail = (subject: string) =>
    `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH 1/2] ${subject}\n that goes on\n\nThe reason.\n\nMore.\n---\n one.c | 2 +-\n\ndiff --git a/one.c b/one.c\nindex 1..2 100644\n${DIFF}-- \n2.39\n\n`;
  const patches = read(mail('First') + mail('Second'));
  expect(patches.map(({ title, why }) => [title, why])).toEqual([
    ['First that goes on', 'The reason.\n\nMore.'],
    ['Second that goes on', 'The reason.\n\nMore.'],
  ]);
});

test('a mail with CRLF lines: git am strips them, and that is said once', () => {
  const diff = '--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n+a\r\n+b\r\n';
  const mail = `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: s\n\n---\n`;
  const warnings = (text: string) => readPatchText(text, { file: 'f.patch' }).flatMap((patch) => patch.warnings);
  expect(warnings(mail + diff)).toMatchObject([{ code: 'review/mail-crlf', place: { file: 'f.patch', line: 1 } }]);
  expect(warnings(mail + diff.replaceAll('\r', ''))).toEqual([]);
  expect(warnings(diff)).toEqual([]);
});

test('what Forkwright wrote is known by its header', () => {
  const patch = one(
    `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\nSubject: [PATCH] T\n\nWhy.\n\nRecipe: x 1\nRecipe-SHA256: ${'a'.repeat(64)}\nParams: n=2\nConfigure: --with-x --without-y=1\nPython: 3.9.2\nBase: folder, tree 1\n---\n\n${DIFF}`,
  );
  expect(patch).toMatchObject({
    id: 'x',
    title: 'T',
    why: 'Why.',
    params: { n: '2' },
    pythonVersion: '3.9.2',
    buildOptions: ['--with-x', '--without-y=1'],
  });
});

describe('files', () => {
  test.each([
    [
      'added',
      'diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n',
      { path: 'n', status: 'added' },
    ],
    [
      'deleted',
      'diff --git a/n b/n\ndeleted file mode 100644\n--- a/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
      { path: 'n', status: 'deleted' },
    ],
    ['added and empty', 'diff --git a/n b/n\nnew file mode 100644\nindex 0..1\n', { path: 'n', status: 'added' }],
    [
      'renamed',
      'diff --git a/o b/n\nsimilarity index 100%\nrename from o\nrename to n\n',
      { path: 'n', oldPath: 'o', status: 'renamed' },
    ],
    [
      'copied',
      'diff --git a/o b/n\nsimilarity index 100%\ncopy from o\ncopy to n\n',
      { path: 'n', oldPath: 'o', status: 'copied' },
    ],
    [
      'made executable',
      'diff --git a/my file b/my file\nold mode 100644\nnew mode 100755\n',
      { path: 'my file', mode: '100644 → 100755' },
    ],
    ['binary', 'diff --git a/i b/i\nindex 1..2\nBinary files a/i and b/i differ\n', { path: 'i', binary: true }],
    [
      'binary with its bytes',
      'diff --git a/i b/i\nindex 1..2\nGIT binary patch\nliteral 3\nKcmZ?w\n\nliteral 0\nHcmV?d\n\n',
      { path: 'i', binary: true },
    ],
    [
      'with an odd name',
      'diff --git "a/\\"q\\"\\n\\303\\266" "b/\\"q\\"\\n\\303\\266"\nold mode 100644\nnew mode 100755\n',
      { path: '"q"\nö' },
    ],
    [
      'of diff -u of a copy beside it: no rename',
      '--- Objects/one.c.orig\n+++ Objects/one.c\n@@ -1 +1 @@\n-a\n+b\n',
      { path: 'Objects/one.c', oldPath: undefined, status: 'modified' },
    ],
    [
      'of diff -ruN: a file that is new is dated to the epoch',
      '--- old/x/one.c\t1970-01-01 01:00:00.000000000 +0100\n+++ new/x/one.c\t2020-01-02 01:00:00 +0100\n@@ -0,0 +1 @@\n+b\n',
      { path: 'x/one.c', oldPath: undefined, status: 'added' },
    ],
    [
      'of diff -u, with times',
      '--- x/one.c\t2020-01-01\n+++ y/one.c\t2020-01-02\n@@ -1 +1 @@\n-a\n+b\n',
      { path: 'one.c', oldPath: undefined, status: 'modified' },
    ],
  ])('%s', (_, text, expected) => {
    expect(one(text).files).toMatchObject([expected]);
  });
});

describe('bytes', () => {
  test('Latin-1 where it is no UTF-8, UTF-8 where it is', () => {
    const of = (bytes: string) => one(`--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+${bytes}\n`).files[0];
    expect(of('\xe9')).toMatchObject({ encoding: 'latin-1' });
    expect(of('\xe9')?.hunks[0]?.rows[1]?.text).toBe('é');
    expect(of('\xc3\xa9')).toMatchObject({ encoding: 'utf-8' });
    expect(of('\xc3\xa9')?.hunks[0]?.rows[1]?.text).toBe('é');
  });

  test('a byte order mark that a line gets is told from the line without', () => {
    const rows = one('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+\xef\xbb\xbfa\n').files[0]?.hunks[0]?.rows;
    expect(rows?.map(({ text }) => text)).toEqual(['a', '\uFEFFa']);
    expect(rows?.[1]?.marks).toEqual([[0, 1]]);
  });

  test('CRLF, and a mix', () => {
    const file = (text: string) => one(`--- a/x\r\n+++ b/x\r\n@@ -1,2 +1,2 @@\r\n${text}`).files[0];
    expect(file(' a\r\n-b\r\n+c\r\n')).toMatchObject({ path: 'x', eol: 'crlf' });
    expect(file(' a\r\n-b\r\n+c\n')).toMatchObject({ eol: 'mixed' });
    expect(file(' a\r\n-b\r\n+c\n')?.hunks[0]?.rows.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  test('no newline at the end', () => {
    const rows = one('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n').files[0]?.hunks[0]?.rows;
    expect(rows?.map(({ eol }) => eol)).toEqual(['', '\n']);
  });
});

describe('what is torn is refused with its line', () => {
  test.each([
    ['nothing', '', 'the file is empty', undefined],
    ['prose', 'hello\n', 'there is no diff in it', 1],
    ['cut off', DIFF.slice(0, DIFF.indexOf('+c')), 'the patch ends in the middle of a hunk', 5],
    ['a line too many', `${DIFF.slice(0, -3)}+e\n+f\n d\n`, 'the hunk has more lines', 8],
    ['a merge', 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n', 'a hunk is missing', 4],
    ['not a sign', DIFF.replace('+c', '?c'), 'this line is not of a hunk', 6],
    ['a stray hunk', `${DIFF}x\n@@ -9 +9 @@\n-a\n+b\n`, 'a hunk without its file', 9],
  ])('%s', (_, text, message, line) => {
    const problem = failure(text);
    expect(problem?.message).toContain(message);
    expect(problem?.place?.file).toBe('x.patch');
    if (line !== undefined) expect(problem?.place?.line).toBe(line);
    expect(problem?.hint).toBeTruthy();
  });
});
