import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/system/diagnostic.ts';
import { applyPorted, diffOf, hunks, outcomes, portChange, portText } from './rig.ts';

const fn = (name: string, ...body: string[]) =>
  `static int\n${name}(int a)\n{\n${body.map((l) => `    ${l}\n`).join('')}}\n\n`;
const head = '#include "Python.h"\n\n';
const body = [
  'int kept = first(a);',
  'if (kept < 0)',
  '    return -1;',
  'second(kept);',
  'third(kept);',
  'return kept;',
];
const edit = (text: string) => text.replace('second(kept);', 'second(kept + 1);');
const F = fn('f', ...body);
const G = fn('g', ...body);
const file = 'Objects/a.c';

/** Ports the edit of `f` in `from` to `to`. */
const port = (from: string, to: string, after = from.replace(F, edit(F)), path = file) =>
  portChange({ [file]: from }, { [file]: after }, { [path]: to });

describe('a hunk as it is', () => {
  test('moves with its function', async () => {
    const to = head + G + fn('more', 'x();') + F;
    const result = await port(head + F + G, to);
    expect(outcomes(result)).toEqual([
      `exact ${file}:${to.split('\n').findLastIndex((l) => l.includes('second')) + 1}`,
    ]);
    expect(hunks(result)[0]?.notes).toEqual([`moved by +17 lines`]);
    expect(applyPorted(result, { [file]: to })[file]).toBe(head + G + fn('more', 'x();') + edit(F));
  });

  test('never goes to another function that has the same lines', async () => {
    const result = await port(head + F + G, head + G);
    expect(result.complete).toBe(false);
    expect(outcomes(result)[0]).toContain('it is in g(), not in f()');
    expect(result.patches[0]?.text).toBe('');
    expect(result.patches[0]?.rejected).toContain('+    second(kept + 1);');
  });

  test('is refused where the function holds its lines twice', async () => {
    const part = ['one(a);', 'two(a);', 'three(a);', 'hit(a);', 'four(a);', 'five(a);', 'six(a);'];
    const [once, twice] = [head + fn('f', ...part), head + fn('f', ...part, ...part)];
    const result = await port(once, twice, once.replace('hit(a)', 'hit(0)'));
    expect(outcomes(result)[0]).toContain('which place is meant cannot be told');
    expect(hunks(result)[0]?.candidates.length).toBeGreaterThan(1);
  });

  test('that stands several times in the old file is told apart by what is around', async () => {
    const part = ['one(a);', 'two(a);', 'same(a);', 'alike(a);', 'hit(a);', 'equal(a);', 'same(a);', 'alike(a);'];
    const old = fn('f', 'before(a);', ...part, 'between(a);', ...part, 'after(a);');
    const at = old.lastIndexOf('    hit(a);\n');
    const after = `${old.slice(0, at)}    HIT(a);\n${old.slice(at + '    hit(a);\n'.length)}`;
    const to = old.replace('before(a);', 'earlier(a);');
    const result = await port(head + old, head + to, head + after);
    expect(applyPorted(result, { [file]: head + to })[file]).toBe(head + after.replace('before(a);', 'earlier(a);'));
    const other = to.replace('between(a);', 'else_where(a);').replace('after(a);', 'later(a);');
    expect((await port(head + old, head + other, head + after)).complete).toBe(false);
  });

  test.each([
    ['another condition', '#ifdef A\n', '#ifdef B\n', '#endif\n'],
    ['the other branch', '#ifdef A\n', '#ifdef A\nint x;\n#else\n', '#endif\n'],
    ['none any more', '#ifdef A\n', '', '#endif\n'],
  ])('under %s is refused', async (_, was, is, end) => {
    const result = await port(head + was + F + end, head + is + F + (is === '' ? '' : end));
    expect(outcomes(result)[0]).toMatch(/it is under .*, not under #ifdef A/);
  });

  test('an include guard is no condition', async () => {
    const guard = (name: string, text: string) => `#ifndef ${name}\n#define ${name}\n${text}#endif /* !${name} */\n`;
    const result = await portChange(
      { 'Include/a.h': guard('A_H', F) },
      { 'Include/a.h': guard('A_H', edit(F)) },
      { 'Include/cpython/a.h': guard('CPYTHON_A_H', F) },
    );
    expect(outcomes(result)).toEqual(['exact Include/cpython/a.h:9']);
    expect(hunks(result)[0]?.notes.join()).toContain('the file is Include/cpython/a.h now');
  });

  test('that is there already is left out; nothing is written for it', async () => {
    const result = await port(head + F + G, head + G + edit(F));
    expect(outcomes(result)[0]).toMatch(/^already-there Objects\/a.c:/);
    expect(result).toMatchObject({ complete: true, patches: [{ text: '', rejected: '' }] });
  });

  test('an insertion in one function is not "there already" because another has it', async () => {
    const add = (text: string) => text.replace('    third(kept);\n', '    third(kept);\n    count++;\n');
    const result = await port(head + F + G, head + F + add(G), head + add(F) + G);
    expect(applyPorted(result, { [file]: head + F + add(G) })[file]).toBe(head + add(F) + add(G));
  });
});

describe('three-way', () => {
  test('a neighbour that drifted two lines away does not matter', async () => {
    const to = head + F.replace('first(a)', 'initial(a, 0)');
    const result = await port(head + F, to);
    expect(outcomes(result)).toEqual([`three-way ${file}:9`]);
    expect(applyPorted(result, { [file]: to })[file]).toBe(edit(to));
  });

  test('what git merges into another statement is refused', async () => {
    const to =
      head + F.replace('    second(kept);\n', '').replace('    third', '    if (a) {\n        x();\n    }\n    third');
    expect((await port(head + F, to)).complete).toBe(false);
  });
});

describe('by structure', () => {
  test('other white space and comments around: the new file keeps its own', async () => {
    const to = `${head}static int\nf(int a)\n{\n\tint kept=first(a);   /* why */\n\tif (kept<0) return -1;\n\tsecond( kept );\t/* here */\n\tthird(kept);\n}\n`;
    const from = head + F.replace('second(kept);', 'second(kept);  /* here */');
    const after = from.replace('second(kept);', 'second(kept + 1);');
    const result = await port(from, to, after);
    expect(outcomes(result)).toEqual([`structure ${file}:8`]);
    expect(applyPorted(result, { [file]: to })[file]).toBe(to.replace('second( kept );', 'second( kept + 1 );'));
  });

  test('a field of a struct that went to another header', async () => {
    const old = 'typedef struct {\n    int used;\n    void *gone;\n    int more;\n} Thing;\n';
    const now = 'struct Thing {\n    long used;\n    void  *gone;\n    int  more;\n};\n';
    const to = { 'Include/a.h': 'typedef struct Thing Thing;\n', 'Include/cpython/b.h': now };
    const result = await portChange(
      { 'Include/a.h': old },
      { 'Include/a.h': old.replace('    void *gone;\n', '') },
      to,
    );
    expect(outcomes(result)).toEqual(['structure Include/cpython/b.h:3']);
    expect(applyPorted(result, to)['Include/cpython/b.h']).toBe(now.replace('    void  *gone;\n', ''));
    const twice = { ...to, 'Include/internal/c.h': now };
    const refused = await portChange(
      { 'Include/a.h': old },
      { 'Include/a.h': old.replace('    void *gone;\n', '') },
      twice,
    );
    expect(outcomes(refused)[0]).toContain('struct Thing is in 2 files');
  });

  test('a function of the same name in another file is another one when it is not like it', async () => {
    const result = await portChange(
      { [file]: head + F },
      { [file]: head + edit(F) },
      {
        [file]: head,
        'Modules/b.c': fn('f', 'second(kept);', ...Array.from({ length: 30 }, (_, i) => `other${i}(x${i});`)),
      },
    );
    expect(outcomes(result)[0]).toContain('is a different one');
  });

  test.each([
    ['is there twice', 'second(kept);', 'second(kept);\n    second(kept);'],
    ['shares its line with other code', 'second(kept);', 'second(kept); x();'],
    ['has another comment', 'second(kept);', 'second(kept);  /* must stay */'],
    ['went into another block', 'second(kept);', 'if (a) {\n        second(kept);\n    }'],
    ['is gone', 'second(kept);', ''],
  ])('what is replaced %s: refused', async (_, was, is) => {
    const to =
      head + F.replace('if (kept < 0)', 'if (kept<0)').replace(was, is).replace('third(kept)', 'third( kept )');
    const result = await port(head + F, to);
    expect(result.complete).toBe(false);
    expect(result.patches[0]?.text).toBe('');
  });

  test('an insertion beside statements that changed is refused', async () => {
    const add = F.replace('    third(kept);\n', '    third(kept);\n    count++;\n');
    const to = head + F.replace('third(kept);', 'third(kept);\n    fourth(kept);');
    expect(outcomes(await port(head + F, to, head + add))[0]).toContain(
      'by structure: the statements beside it are other ones',
    );
  });
});

describe('files', () => {
  test('new, removed, renamed: only where the new tree is as the old one', async () => {
    const from = { 'Lib/a.py': 'x = 1\ny = 2\n', 'Lib/old.py': 'z = 3\n' };
    const patch = `${diffOf({ ...from }, { 'Lib/a.py': 'x = 1\ny = 2\n', 'Lib/new.py': 'n = 1\n' })}diff --git a/Lib/a.py b/Lib/b.py\nsimilarity index 100%\nrename from Lib/a.py\nrename to Lib/b.py\n`;
    const result = await portText(patch, from, from);
    expect(result.complete).toBe(true);
    expect(applyPorted(result, from)).toEqual({ 'Lib/b.py': 'x = 1\ny = 2\n', 'Lib/new.py': 'n = 1\n' });
    const other = { 'Lib/a.py': 'x = 1\n', 'Lib/old.py': 'z = 4\n', 'Lib/new.py': 'n = 2\n' };
    const refused = await portText(patch, from, other);
    expect(hunks(refused).filter((h) => h.outcome === 'needs-a-person')).toHaveLength(3);
  });

  test('CRLF, Latin-1 and an unterminated last line come out as they went in', async () => {
    const text = `${head}/* L\xf6wis */\n${F}int tail;`;
    const to = `${head}int new_one;\n/* L\xf6wis */\n${F}int tail;`.replaceAll('\n', '\r\n');
    const result = await port(text, to, text.replace(F, edit(F)).replace('int tail;', 'int tail = 1;'));
    expect(outcomes(result).join()).not.toContain('needs-a-person');
    expect(applyPorted(result, { [file]: to })[file]).toBe(edit(to).replace('int tail;', 'int tail = 1;'));
  });

  test('-p0, -p1 and .orig names', async () => {
    const diff = diffOf({ [file]: head + F }, { [file]: head + edit(F) }).replace(/^(diff|index).*\n/gm, '');
    const names = (old: string, now: string) =>
      diff.replace(/^--- .*$/m, `--- ${old}`).replace(/^\+\+\+ .*$/m, `+++ ${now}`);
    for (const patch of [
      names(`${file}.orig`, file),
      names(`cpython/${file}`, `cpython-new/${file}`),
      names(file, file),
    ]) {
      expect(outcomes(await portText(patch, { [file]: head + F }, { [file]: head + F }))).toEqual([`exact ${file}:9`]);
    }
    const stray = portText(names('x/y/z.c', 'x/y/z.c'), { [file]: head }, { [file]: head });
    await expect(stray).rejects.toThrow('does not have');
  });
});

describe('forms that patch(1) takes', () => {
  const diff = diffOf({ [file]: head + F }, { [file]: head + edit(F) });

  test.each([
    ['a folder beside, which patch leaves out', `--- ../Python-2.7.orig/${file}`, `+++ ./${file}`, ''],
    ['svn', `--- ${file}\t(revision 1)`, `+++ ${file}\t(working copy)`, `Index: ${file}\n${'='.repeat(67)}\n`],
    [
      'hg',
      `--- a/${file}\tMon Jan 04 10:00:00 2010 +0000`,
      `+++ b/${file}\tMon Jan 04 10:00:01 2010 +0000`,
      `diff -r 012345678901 -r 012345678902 ${file}\n`,
    ],
  ])('%s', async (_, old, now, before) => {
    const plain = diff
      .replace(/^(?:diff|index) .*\n/gm, '')
      .replace(/^--- .*$/m, old)
      .replace(/^\+\+\+ .*$/m, now);
    const result = await portText(before + plain, { [file]: head + F }, { [file]: head + F });
    expect(outcomes(result)).toEqual([`exact ${file}:9`]);
  });

  test('a new file without /dev/null, in a folder that is there', async () => {
    const made = '--- a/Objects/new.c\n+++ b/Objects/new.c\n@@ -0,0 +1 @@\n+int a;\n';
    const result = await portText(made, { [file]: head }, { [file]: head });
    expect(applyPorted(result, { [file]: head })['Objects/new.c']).toBe('int a;\n');
    const stray = portText(made.replaceAll('Objects', 'Nowhere'), { [file]: head }, { [file]: head });
    await expect(stray).rejects.toThrow('does not have');
  });

  test('CR LF in the patch and throughout the file: nothing is said of it', async () => {
    const crlf = (text: string) => text.replaceAll('\n', '\r\n');
    const lines = diff.replace(/^[ +-](?!--|\+\+).*$/gm, '$&\r');
    const result = await portText(lines, { [file]: crlf(head + F) }, { [file]: crlf(head + F) });
    expect(hunks(result)[0]?.notes).toEqual([]);
    expect(applyPorted(result, { [file]: crlf(head + F) })[file]).toBe(crlf(head + edit(F)));
  });
});

describe('the old tree', () => {
  test('that the patch is not for: where, what was expected, what is there', async () => {
    const patch = diffOf({ [file]: head + F }, { [file]: head + edit(F) });
    const error = await portText(patch, { [file]: head + F.replace('second', '2nd') }, { [file]: head }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(UserError);
    expect(error.exitCode).toBe(2);
    expect(error.diagnostics[0].place).toEqual({ file, line: 9 });
    expect(error.diagnostics[0].detail).toEqual(['expected "    second(kept);"', 'found    "    2nd(kept);"']);
  });

  test('an insertion without context is refused, unless the patch names the very file', async () => {
    const plain = `--- a/${file}\n+++ b/${file}\n@@ -8,0 +9 @@\n+    count++;\n`;
    await expect(portText(plain, { [file]: head + F }, { [file]: head + F })).rejects.toThrow('without any context');
    const index = /^index .*\n/m.exec(diffOf({ [file]: head + F }, { [file]: head }))?.[0];
    const named = `diff --git a/${file} b/${file}\n${index}${plain}`;
    expect((await portText(named, { [file]: head + F }, { [file]: head + F })).complete).toBe(true);
  });
});

describe('several hunks', () => {
  const two = (text: string) =>
    text.replace('first(a)', 'first(a, 0)').replace(/third\(kept\);(?![\s\S]*third)/, 'third(0);');

  test('one that needs a person keeps the rest out of the result unless it is asked for', async () => {
    const from = head + F + G;
    const to = head + F + G.replaceAll('third', '3rd');
    const result = await port(from, to, two(from));
    expect(hunks(result).map((h) => h.outcome)).toEqual(['exact', 'needs-a-person']);
    expect(result.complete).toBe(false);
    expect(result.patches[0]?.text).toContain('Ported-Partly: 1 change is not in this patch');
    expect(result.patches[0]?.rejected).toContain('+    third(0);');
    expect(hunks(result)[1]?.quote[0]).toMatch(/^@@ -/);
  });

  test('a mail keeps its author and message, and says what it was ported from and to', async () => {
    const diff = diffOf({ [file]: head + F }, { [file]: head + edit(F) });
    const mail = `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: Ren\xe9 <r@x>\nSubject: [PATCH] Why\n\nBecause.\n\nSigned-off-by: R <r@x>\n---\n a.c | 2 +-\n\n${diff}`;
    const text = (await portText(mail, { [file]: head + F }, { [file]: `${head}int n;\n${F}` })).patches[0]?.text ?? '';
    expect(text).toContain(
      'From: Ren\xe9 <r@x>\nSubject: [PATCH] Why\n\nBecause.\n\nSigned-off-by: R <r@x>\nPorted-From: Python 3.9.2, folder',
    );
    expect(text).toMatch(/\nPorted-To: Python 3\.11\.2, folder, tree 0+\n---\n\ndiff --git/);
  });
});

test('Python: the function by its indentation; text in strings is no code', async () => {
  const py = (name: string) =>
    `    def ${name}(self):\n        text = """\ndef g():\n    pass\n"""\n        self.use(text)\n        self.done(text)\n        return text\n\n`;
  const lib = 'Lib/a.py';
  const from = `class A:\n${py('f')}${py('g')}`;
  const change = (text: string) => text.replace('self.done(text)', 'self.done(0)');
  const to = `class B:\n${py('f')}\nclass A:\n${py('g')}${py('f')}`;
  const result = await portChange({ [lib]: from }, { [lib]: change(from) }, { [lib]: to });
  expect(applyPorted(result, { [lib]: to })[lib]).toBe(`class B:\n${py('f')}\nclass A:\n${py('g')}${change(py('f'))}`);
  const gone = await portChange(
    { [lib]: from },
    { [lib]: change(from) },
    { [lib]: `class B:\n${py('f')}\nclass A:\n${py('g')}` },
  );
  expect(gone.complete).toBe(false);
});

test('a hunk that patch(1) takes with fuzz is refused, with the place where it would go and the way out', async () => {
  const from = { 'Objects/a.c': 'int a;\nint b;\nint c;\nint d;\nint e;\n' };
  const patch = '--- a/Objects/a.c\n+++ b/Objects/a.c\n@@ -1,4 +1,4 @@\n int A;\n int b;\n-int c;\n+int cc;\n int d;\n';
  const error = await portText(patch, from, from).catch((e: unknown) => e);
  if (!(error instanceof UserError)) throw error;
  expect(error.diagnostics[0]?.detail).toContain('patch -p1 takes it with fuzz 1 at line 1 of Objects/a.c');
  expect(error.diagnostics[0]?.hint).toContain('refresh it on its own tree');
  const other = await portText(patch.replace('-int c', '-int x'), from, from).catch((e: unknown) => e);
  if (!(other instanceof UserError)) throw other;
  expect(other.diagnostics[0]?.detail?.join()).not.toContain('fuzz');
});
