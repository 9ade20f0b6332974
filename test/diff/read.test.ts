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

test('an encoded mail is refused with the command that decodes it', () => {
  const mail = `From: a\nSubject: b\nContent-Transfer-Encoding: quoted-printable\n\nx\n---\n--- a/x\n+++ b/x\n${hunk}`;
  expect(() => parsePatch(mail, 'p')).toThrow('the mail is encoded');
});
