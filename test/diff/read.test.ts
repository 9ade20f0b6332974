import { describe, expect, test } from 'vitest';
import { parsePatch } from '../../src/diff/read.ts';
import { UserError } from '../../src/system/diagnostic.ts';

const hunk = '@@ -1,2 +1,2 @@\n a\n-b\n+c\n';

describe('what is read', () => {
  test('a mail: its message without the statistics; the signature is no line of the patch', () => {
    const mail = `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH] x\n\nWhy.\n---\n a.c | 2 +-\n 1 file changed\n\ndiff --git a/a.c b/a.c\nindex 1234567..89abcde 100644\n--- a/a.c\n+++ b/a.c\n${hunk}-- \n2.39.2\n`;
    const two = parsePatch(mail + mail.replace('a.c b/a.c', 'a.c b/a.c'), 'p');
    expect(two).toHaveLength(2);
    expect(two[0]?.message.endsWith('Why.\n')).toBe(true);
    expect(two[0]?.files[0]).toMatchObject({ oldPath: 'a/a.c', newPath: 'b/a.c', oldBlob: '1234567' });
    expect(two[0]?.files[0]?.hunks[0]?.lines.map((l) => l.mark + l.text)).toEqual([' a\n', '-b\n', '+c\n']);
  });

  test('a carriage return or a line separator within a line ends no line: git quotes lines of the file behind @@', () => {
    const section = 'a\rb\u2028c';
    const [patch] = parsePatch(`--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ ${section}\n a\n-b\n+c\n`, 'p');
    expect(patch?.files[0]?.hunks[0]).toMatchObject({ section, oldStart: 1, oldLines: 2 });
  });

  test('a plain diff: DEP-3 fields stay, `diff` and `Index:` lines do not; times and .orig are left out of names', () => {
    const [patch] = parsePatch(
      `Description: x\nForwarded: no\n\nIndex: p/a.c\n=====\n--- p.orig/a.c\t2023-01-01 00:00:00 +0000\n+++ p/a.c\t2023-01-01\n${hunk}`,
      'p',
    );
    expect(patch?.message).toBe('Description: x\nForwarded: no\n\n');
    expect(patch?.files[0]).toMatchObject({ oldPath: 'p.orig/a.c', newPath: 'p/a.c', git: false });
  });

  test('new, removed, renamed files; modes; a name in quotes; no newline at the end', () => {
    const [patch] = parsePatch(
      'diff --git a/n b/n\nnew file mode 100755\nindex 0000000..1111111\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n' +
        'diff --git a/d b/d\ndeleted file mode 100644\n--- a/d\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n' +
        'diff --git a/o b/w\nsimilarity index 100%\nrename from o\nrename to w\n' +
        'diff --git "a/\\303\\251 x" "b/\\303\\251 x"\nold mode 100644\nnew mode 100755\n',
      'p',
    );
    expect(
      patch?.files.map(({ oldPath, newPath, renamed, newMode }) => ({ oldPath, newPath, renamed, newMode })),
    ).toEqual([
      { oldPath: undefined, newPath: 'b/n', renamed: false, newMode: '100755' },
      { oldPath: 'a/d', newPath: undefined, renamed: false, newMode: undefined },
      { oldPath: 'a/o', newPath: 'b/w', renamed: true, newMode: undefined },
      { oldPath: 'a/\xc3\xa9 x', newPath: 'b/\xc3\xa9 x', renamed: false, newMode: '100755' },
    ]);
    expect(patch?.files[0]?.hunks[0]?.lines).toEqual([{ mark: '+', text: 'x' }]);
  });

  test('lines that look like headers inside of a hunk are its lines', () => {
    const [patch] = parsePatch('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a\n+++ b\n c\n', 'p');
    expect(patch?.files).toHaveLength(1);
    expect(patch?.files[0]?.hunks[0]?.lines.map((l) => l.text)).toEqual(['-- a\n', '++ b\n', 'c\n']);
  });
});

test.each([
  ['hello\n', 1, 'there is no diff'],
  ['', 1, 'the file is empty'],
  ['--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n', 4, 'ends in the middle'],
  ['--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n*b\n', 5, 'not of a hunk'],
  ['--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n a\n+b\n c\n', 5, 'more lines than its header'],
])('%j is refused at line %i', (text, line, message) => {
  try {
    parsePatch(text, 'p');
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(message);
    expect(error.diagnostics[0]?.place).toEqual({ file: 'p', line });
  }
});

const from = `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\n`;
const head = 'From: a\nDate: Thu, 1 Jan 2020 00:00:00 +0000\nSubject: b\n';
const diff = `--- a/x\n+++ b/x\n${hunk}`;
const body = `\n\nx\n---\n\n${diff}-- \n2.39\n`;
const parts = `${from}${head}Content-Type: multipart/mixed; boundary="XX"\n\n`;
const qp = 'Content-Transfer-Encoding: quoted-printable';

test.each([
  ['a field', `${from}${head}${qp}${body}`, 5],
  ['a folded field', `${from}${head}Content-Transfer-Encoding:\r\n quoted-printable${body}`, 5],
  ['a tab', `${from}${head}Content-Transfer-Encoding:\tbase64${body}`, 5],
  ['quotes', `${from}${head}content-transfer-encoding: "Quoted-Printable"${body}`, 5],
  ['an encoded word', `${from}${head}Content-Transfer-Encoding: =?utf-8?q?base=36=34?=${body}`, 5],
  ['no subject', `From: a\n${qp}${body}`, 2],
  ['empty lines before', `\n\n${head}${qp}${body}`, 6],
  ['another type', `${from}${head}Content-Type: text/plain; boundary=XX\n\n--XX\n${qp}${body}`, 8],
  ['a folded part', `${from}${head}Content-Type:\n multipart/mixed;\n boundary=XX\n\n--XX\n${qp}${body}`, 10],
  ['a year with a sign', `${from}${head}${body}From a@example.org Thu Jan  1 10:00:00 +2001\n${head}${qp}${body}`, 22],
  ['a CR in From', `${from}${head}${body}From a@example.org\r Thu Jan  1 10:00:00 2001\n${head}${qp}${body}`, 22],
  ['flowed text in a part', `${parts}--XX\nContent-Type: text/plain; format=flowed${body}`, 8],
  ['a diff after the last part', `${parts}--XX\n\n${diff}--XX--\n\n${diff}`, 17],
  ['a diff before the first part', `${parts}${diff}--XX\n\n${diff}`, 7],
  ['a part without an empty line', `${parts}--XX\n${diff}--XX--\n`, 8],
  ['a boundary among the headers', `${parts.slice(0, -1)}--XX: a\n\n${diff}--XX\n\n${diff}`, 8],
  ['a boundary within the diff', `${parts.replace('XX', 'b')}--b\n\n${diff.replace('-b', '--b')}`, 13],
  ['parts in a part', `${parts}--XX\nContent-Type: multipart/mixed; boundary=YY\n\n--YY\n\n${diff}`, 8],
])('a mail of which git takes other lines is refused, with the command that decodes it: %s', (_, text, line) => {
  const error = refusal(text);
  expect(error?.diagnostics[0]?.hint).toContain('git mailinfo');
  expect(error?.diagnostics[0]?.place).toEqual({ file: 'p', line });
});

test.each([
  [
    'format-patch --attach',
    `${parts}Words.\n--XX\nContent-Type: text/plain\n\nx\n---\n\n--XX\nA: b;\n c=d\n\n${diff}\n--XX--\n\n`,
  ],
  ['a signature without its blank', `${from}${head}\nx\n---\n\n${diff}--\n2.39.5 (Apple Git-154)\n\n`],
  ['one commit of git log', `commit ${'1'.repeat(40)}\nAuthor: A\n\n    Words\n\n${diff}`],
  ['plain 8 bit', `${from}${head}Content-Transfer-Encoding: 8bit\n${body}`],
])('a good patch is taken: %s', (_, text) => {
  expect(parsePatch(text, 'p').map(({ files }) => files.length)).toEqual([1]);
});

function refusal(text: string): UserError | undefined {
  try {
    parsePatch(text, 'p');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  return undefined;
}
