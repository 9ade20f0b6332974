/** Patches that are not sound, or that cannot be carried: the whole patch is refused, with the line, exit code 2. */
import { describe, expect, test } from 'vitest';
import { parsePatch } from '../../src/diff/read.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { applyPorted, diffOf, outcomes, portText } from '../patch/port/rig.ts';

const y = 'Lib/y.txt';
const rows = ['one line', 'two line', 'three line', ...Array.from({ length: 20 }, (_, i) => `row number${i}`)];
const Y = rows.map((row) => `${row}\n`).join('');
const other = { 'Lib/a.py': 'aaa = 1\nbbb = 2\n', 'Lib/b.py': 'bbb = 1\n' };
const tree = { [y]: Y, ...other };
const good = diffOf({ [y]: Y }, { [y]: Y.replace('two', 'TWO') });
const hunk = '@@ -1,3 +1,3 @@\n one line\n-two line\n+TWO\n three line\n';
const git = (old: string, now: string, ...rest: string[]) => `diff --git a/${old} b/${now}\n${rest.join('\n')}\n`;
const rename = (old: string, now: string) =>
  git(old, now, 'similarity index 100%', `rename from ${old}`, `rename to ${now}`);
const made = (path: string, mode = '100644', text = '+hello\n') =>
  `${git(path, path, `new file mode ${mode}`, '--- /dev/null', `+++ b/${path}`)}@@ -0,0 +1 @@\n${text}`;
const mail = `From ${'1'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A\nSubject: B\n\n`;
const context = `*** a/${y}\t2020\n--- b/${y}\t2020\n***************\n*** 1,3 ****\n  one line\n! two line\n  three line\n`;

async function refusal(patch: string, from: Record<string, string> = tree): Promise<UserError> {
  const error = await portText(patch, from, from).then(
    (result) => new Error(`not refused: ${outcomes(result)}`),
    (e: unknown) => e,
  );
  if (!(error instanceof UserError)) throw error;
  expect(error.exitCode).toBe(2);
  return error;
}

test('the patch that these are made from is taken', async () => {
  expect(outcomes(await portText(good, tree, tree))).toEqual([`exact ${y}:2`]);
});

describe('lines that would be passed over', () => {
  test.each([
    [
      'a hunk whose header does not end',
      `--- a/${y}\n+++ b/${y}\n${hunk}@@ -10,2 +10,2\n row\n-row\n+ROW\n`,
      8,
      'a hunk without',
    ],
    ['a header with one @', `--- a/${y}\n+++ b/${y}\n@ -1,3 +1,3 @@\n${good}`, 1, 'no hunk after them'],
    ['counts that are too small', `${good}+more();\n`, 12, 'this line is of no hunk'],
    ['context beyond the counts', `${good} four\n`, 12, 'this line is of no hunk'],
    ['a context diff before', context + good, 1, 'context diff'],
    ['a context diff after', good + context, 12, 'context diff'],
    ['a merge', `${good}diff --cc ${y}\n`, 12, 'diff of a merge'],
    ['a file on one side', `${good}Only in b/Lib: n.c\n`, 12, 'only one side'],
    ['a binary file without a header of git', `${good}Binary files a/x and b/x differ\n`, 12, 'binary'],
    ['a diff without context', `2c2\n< two line\n---\n> TWO\n${good}`, 1, 'without context'],
    ['a header of git alone', `${git(y, y)}${good}`, 1, 'nothing follows'],
    ['a second commit of git log', `${good}\ncommit ${'1'.repeat(40)}\nAuthor: A\n\n    Words\n`, 13, 'git log'],
    ['a version that is no signature', `${good}--\n2.39.5\n${good}`, 12, 'this line is of no hunk'],
    ['two blanks before the name', `---  a/${y}\n+++ b/${y}\n${hunk}`, 3, 'a hunk without'],
    ['a renaming in the message', `Words:\n\n    ${rename(y, 'z').replaceAll('\n', '\n    ')}\n${good}`, 3, 'patch(1)'],
    ['a removal in the signature', `${good}-- \nX ${git(y, y)}X deleted file mode 100644\n`, 13, 'patch(1)'],
    ['a header that goes on', `${rename('Lib/a.py', 'z')}\n-- \n\tdeleted file mode 100644\n`, 7, 'patch(1)'],
    [
      'a header that goes on in the next mail',
      `${rename('Lib/a.py', 'z')}-- \n2.39\n${mail} @@ -1 +1 @@\n\n${good}`,
      11,
      'patch(1)',
    ],
    ['a name for /dev/null', `  --- a/${y}\n\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+n\n`, 1, 'patch(1)'],
    ['an order for ed at the end', `${good}-- \n  Index: a/${y}\n  d\n`, 14, 'orders for ed'],
  ])('%s', async (_, patch, line, message) => {
    const error = await refusal(patch);
    expect(error.message).toContain(message);
    expect(error.diagnostics[0]?.place).toEqual({ file: 'my.patch', line });
  });

  test('an unterminated line in the middle', async () => {
    const patch = `--- a/${y}\n+++ b/${y}\n@@ -1,2 +1,2 @@\n-one line\n+ONE\n\\ No newline at end of file\n two line\n`;
    expect((await refusal(patch)).message).toContain('without a newline');
  });

  test('what patch(1) does not obey is no part of a diff', async () => {
    const words = 'Words:\n\n    rename from a\n    @@ -1 +1 @@\n    index 12..34\n  --- Note ---\n  d\n\n';
    expect(outcomes(await portText(words + good, tree, tree))).toEqual([`exact ${y}:2`]);
  });

  test('what mailers, quilt and Subversion put between is no part of a diff', async () => {
    const props = `\nProperty changes on: x\n___________________\nAdded: svn:eol-style\n## -0,0 +1 ##\n+native\n`;
    const second = diffOf({ 'Lib/b.py': 'bbb = 1\n' }, { 'Lib/b.py': 'bbb = 2\n' });
    const result = await portText(`${good}${props}Index: Lib/b.py\n=====\n${second}-- \n2.39.2\n\n`, tree, tree);
    expect(applyPorted(result, tree)).toEqual({
      ...tree,
      [y]: Y.replace('two line', 'TWO line'),
      'Lib/b.py': 'bbb = 2\n',
    });
  });
});

describe('line numbers', () => {
  const at = (...heads: readonly string[]) => {
    const hunks = heads.map((head) => {
      const [, old = '1', now = '1'] = /^-\d+(?:,(\d+))? \+\d+(?:,(\d+))?$/.exec(head) ?? [];
      return `@@ ${head} @@\n${'-x\n'.repeat(Number(old))}${'+y\n'.repeat(Number(now))}`;
    });
    return `--- a/${y}\n+++ b/${y}\n${hunks.join('')}`;
  };

  test.each([
    ['descending hunks', at('-9 +9', '-1 +1'), 6],
    ['hunks that overlap', at('-1,3 +1,3', '-3 +3'), 10],
  ])('%s: refused', async (_, patch, line) => {
    const error = await refusal(patch);
    expect(error.message).toContain('before the end of the one above it');
    expect(error.diagnostics[0]).toMatchObject({ code: 'patch/bad-patch', place: { line } });
  });

  // Many patches that were edited by hand are so; where their lines stand once there is one place (positionProblem).
  test.each([
    ['a hunk that was taken out before', at('-9 +12')],
    ['the same after others', at('-1 +1,3', '-9 +9')],
  ])('%s: taken', (_, patch) => {
    expect(parsePatch(patch, 'my.patch')).toHaveLength(1);
  });

  test('those of diff -U0 are taken', () => {
    const hunks = at('-0,0 +1,2', '-2 +3,0', '-5,0 +7', '-9,2 +11');
    expect(parsePatch(hunks, 'my.patch')[0]?.files[0]?.hunks).toHaveLength(4);
  });

  test.each(['1970-01-01 00:00:00', '1970-01-01 00:00:00.000000000', 'Thu Jan  1 00:00:00 1970'])(
    'a time that only patch(1) takes for the epoch: %s',
    async (time) => {
      const removed = `--- a/Lib/b.py\t2020-01-01 00:00:00\n+++ b/Lib/b.py\t${time}\n@@ -1 +0,0 @@\n-bbb = 1\n`;
      expect((await refusal(removed)).message).toContain('without its zone');
      expect(
        outcomes(await portText(`${removed.replace(time, '1970-01-01 00:00:00 +0000')}`, tree, tree)),
      ).toHaveLength(1);
    },
  );
});

test.each([
  ['a renaming out of the tree', rename(y, '../../etc/z.txt'), 'out of the tree'],
  ['a new file out of the tree', '--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n', 'out of the tree'],
  ['an absolute path', '--- /dev/null\n+++ /etc/x\n@@ -0,0 +1 @@\n+x\n', 'absolute path'],
  ["git's own folder", made('.git/hooks/pre-commit', '100755'), "git's own folder"],
  ['a link', made('Lib/l', '120000', '+y.txt\n\\ No newline at end of file\n'), 'a symbolic link'],
  ['a submodule', made('Lib/s', '160000'), 'a submodule'],
  ['a file that becomes a link', git(y, y, 'old mode 100644', 'new mode 120000'), 'a symbolic link'],
  ['a copy', git(y, 'Lib/c', 'similarity index 100%', `copy from ${y}`, 'copy to Lib/c'), 'a copy'],
  ['half a renaming', git(y, 'Lib/z', 'similarity index 100%', `rename from ${y}`), 'not whole'],
  [
    'two names without a renaming',
    `${git('Lib/b.py', 'Lib/z.py', 'index 1111111..2222222 100644')}--- a/Lib/b.py\n+++ b/Lib/z.py\n@@ -1 +1 @@\n-bbb = 1\n+bbb = 2\n`,
    'two files',
  ],
  ['swapped names', rename('Lib/a.py', 'Lib/b.py') + rename('Lib/b.py', 'Lib/a.py'), 'renames a file from or to'],
  ['a renaming onto a file', rename('Lib/a.py', 'Lib/b.py'), 'is there already'],
  [
    'half of the file removed',
    `${git(y, y, 'deleted file mode 100644', `--- a/${y}`, '+++ /dev/null')}@@ -1,2 +0,0 @@\n-one line\n-two line\n`,
    'git does not take',
  ],
  ['a new file with a second hunk', `${made('Lib/n')}@@ -5,1 +6,2 @@\n ctx\n+more\n`, 'second hunk'],
  ['a new file below a file', made(`${y}/new`), `${y} is a file`],
  ['a new file in a patch with CRLF throughout', made('Lib/n').replaceAll('\n', '\r\n'), 'CRLF'],
])('%s is refused', async (_, patch, message) => {
  expect((await refusal(patch)).message).toContain(message);
});

describe('how many folders are left out', () => {
  const plain = (name: string) => `--- /dev/null\n+++ ${name}\n@@ -0,0 +1 @@\n+int x;\n`;
  const from = { 'Modules/m.c': 'int m;\n', 'Lib/y.txt': Y };

  test('a new file goes into the folder that its path names', async () => {
    expect(outcomes(await portText(plain('Modules/newf.c'), from, from))).toEqual(['exact Modules/newf.c:1']);
    expect(outcomes(await portText(plain('old/Modules/newf.c'), from, from))).toEqual(['exact Modules/newf.c:1']);
    const noPrefix = made('Modules/n.c').replaceAll(/[ab]\/Modules/g, 'Modules');
    expect(outcomes(await portText(noPrefix, from, from))).toEqual(['exact Modules/n.c:1']);
  });

  test('one that could be at several places is refused, with the option that tells', async () => {
    const error = await refusal(plain('src/newf.c'), from);
    expect(error.diagnostics[0]?.hint).toContain('--strip 1');
  });
});

test('a renaming onto a file of the new tree, or of a file that has another content there, needs a person', async () => {
  const patch = rename('Lib/b.py', 'Lib/z.py');
  expect(outcomes(await portText(patch, tree, { ...tree, 'Lib/z.py': 'precious\n' }))[0]).toContain('there is a file');
  expect(outcomes(await portText(patch, tree, { ...tree, 'Lib/b.py': 'other\n' }))[0]).toContain('another content');
  expect((await portText(patch, tree, tree)).complete).toBe(true);
});
