import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeOf } from './recipes.ts';

const recipeFor = (file: string, edits: string, more = '') =>
  recipeOf(`id: test\ntitle: A test\nwhy: because\ncpython: ">=2.5"\nfiles: ["${file}"]\n${more}\nedits:\n${edits}`);

async function edited(file: string, text: string, edits: string, more = '') {
  const recipe = recipeFor(file, edits, more);
  const result = await generate(recipe, memoryTree({ [file]: text }));
  if (result.verdict !== 'applies') return `${result.verdict}: ${problemsOf(result).join('\n')}`;
  return after(result, file);
}

/** … and a second time, when there is nothing left to do. */
async function twice(file: string, text: string, edits: string) {
  const once = await edited(file, text, edits);
  const again = await edited(file, once, edits);
  return [once, again.split(':')[0]];
}

describe('add-lines', () => {
  const MAKE = 'OBJS=\t\\\n\t\ta.o \\\n\t\tb.o\n\nall:\n\tone\n\ttwo\n\nnext:\n';
  test.each([
    ['beside a line', '{after: one, text: "new\\n", in: all}', MAKE.replace('one\n', 'one\n\tnew\n')],
    ['before a line', '{before: "t…", text: new, in: all}', MAKE.replace('one\n', 'one\n\tnew\n')],
    ['at the start', '{in: all, at: start, text: new}', MAKE.replace('all:\n', 'all:\n\tnew\n')],
    ['at the end', '{in: all, at: end, text: "a\\n\\nb\\n"}', MAKE.replace('two\n', 'two\n\ta\n\n\tb\n')],
    ['after the rule', '{in: all, at: after, text: "\\nx:\\n\\ty"}', MAKE.replace('two\n', 'two\n\nx:\n\ty\n')],
    ['before the rule', '{in: all, at: before, text: "x:"}', MAKE.replace('all:', 'x:\nall:')],
    ['to a list', '{in: OBJS, at: end, text: c.o}', MAKE.replace('b.o\n', 'b.o \\\n\t\tc.o\n')],
    ['into a list', '{in: OBJS, after: a.o \\, text: c.o \\}', MAKE.replace('b.o\n', 'c.o \\\n\t\tb.o\n')],
    ['to the file', '{at: end, text: "# end"}', `${MAKE}# end\n`],
    ['before the file', '{at: start, text: "# start"}', `# start\n${MAKE}`],
  ])('%s', async (_, edit, wanted) => {
    expect(await twice('Makefile.pre.in', MAKE, `  - add-lines: ${edit}`)).toEqual([wanted, 'already-applied']);
  });

  test.each([
    ['{in: OBJS, after: a.o \\, text: c.o}', 'the last new line must end with a backslash'],
    ['{in: OBJS, after: b.o, text: c.o}', 'this command is of no target'],
    ['{in: OBJS, after: b.o, text: c.o \\}', 'must not end with a backslash'],
    ['{in: all, after: three, text: x}', 'was found nowhere: the line "three" in all'],
    ['{in: none, after: one, text: x}', 'was found nowhere: the line "one" in none'],
    ['{in: all, after: "…o…", text: x}', 'was found 2 times'],
    ['{in: all, at: after, text: "x:\\n    y"}', 'patch/breaks-file Makefile.pre.in:8'],
  ])('refused: %s', async (edit, message) => {
    const result = await edited('Makefile.pre.in', MAKE, `  - add-lines: ${edit}`);
    expect(result).toContain('drifted');
    expect(result).toContain(message);
  });

  test('a line that only ends as the new one is another line', async () => {
    expect(await edited('a.py', 'ax\ny\n', '  - add-lines: {before: y, text: x}')).toBe('ax\nx\ny\n');
  });

  test('what stands outside of the part is shown', async () => {
    const recipe = recipeFor('Makefile', '  - add-lines: {in: none, after: two, text: x}');
    const result = await generate(recipe, memoryTree({ Makefile: MAKE }));
    expect(problemsOf(result)[0]).toContain('Makefile:7 edit 1 (add-lines) must match exactly once');
    expect('problems' in result && result.problems[0]?.hint).toContain('outside of the part that `in:` names');
  });

  test.each([
    [
      'a.py',
      '#!/usr/bin/env python\n# -*- coding: latin-1 -*-\nx\n',
      '#!/usr/bin/env python\n# -*- coding: latin-1 -*-\nnew\nx\n',
    ],
    ['a.py', '# a comment\nx\n', 'new\n# a comment\nx\n'],
    ['makesetup', '#! /bin/sh\nx\n', '#! /bin/sh\nnew\nx\n'],
    ['a.props', '<?xml version="1.0"?>\r\n<A/>\r\n', '<?xml version="1.0"?>\r\nnew\r\n<A/>\r\n'],
  ])('the start of a file is behind what must stay first: %s', async (file, text, wanted) => {
    expect(await twice(file, text, '  - add-lines: {at: start, text: new}')).toEqual([wanted, 'already-applied']);
  });

  test('line ends, Latin-1 and a last line without its end stay', async () => {
    const edit = '  - add-lines: {after: "A = 1", text: "B\\nC\\n"}';
    expect(await edited('a.py', 'A  =\t1\r\n\xe9\r\n', edit)).toBe('A  =\t1\r\nB\r\nC\r\n\xe9\r\n');
    expect(await twice('a.py', 'x\nA = 1', edit)).toEqual(['x\nA = 1\nB\nC', 'already-applied']);
  });

  test('the text is written as UTF-8', async () => {
    const made = await edited('a.py', 'A\n', '  - add-lines: {after: A, text: "# é→"}');
    expect(Buffer.from(made, 'latin1').toString('utf8')).toBe('A\n# é→\n');
    expect(await edited('a.py', made, '  - edit-text: {find: "é→", with: e}')).toBe('A\n# e\n');
  });

  test('in Python: before a comment that stands above the first statement', async () => {
    const text = 'def f():\n\n    # why\n    return 1\n';
    expect(await edited('a.py', text, '  - add-lines: {in: f, at: start, text: g()}')).toBe(
      'def f():\n\n    g()\n    # why\n    return 1\n',
    );
  });

  test('in Python: behind the docstring, indented as the body', async () => {
    const text = 'class C:\n  def f(self):\n    """Doc."""\n    return 1\n';
    expect(await edited('a.py', text, '  - add-lines: {in: C.f, at: start, text: "if x:\\n    y()"}')).toBe(
      'class C:\n  def f(self):\n    """Doc."""\n    if x:\n        y()\n    return 1\n',
    );
    expect(await edited('a.py', text, '  - add-lines: {after: return 1, text: "    more()"}')).toContain(
      'it is indented more than the line before it',
    );
  });

  test.each([
    ['{text: x}', 'say one of before, after and at'],
    ['{text: x, at: start, before: y}', 'say one of before, after and at'],
    ['{text: x, at: after}', 'at: before and after want a part'],
    ['{text: "", at: end}', 'must not be empty'],
  ])('the recipe is wrong: %s', (edit, message) => {
    expect(() => recipeFor('a.py', `  - add-lines: ${edit}`)).toThrow(message);
  });

  test('braces are the shell’s, but for parameters', async () => {
    const more = 'params: {limit: {type: int, default: 3}}';
    // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of the shell
    const [edit, made] = ['  - add-lines: {at: end, text: "x=${limit} ${LIMIT} ${host}"}', 'x=3 ${LIMIT} ${host}\n'];
    expect(await edited('configure', '', edit, more)).toBe(made);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a parameter with an error in it
    expect(() => recipeFor('configure', '  - add-lines: {at: end, text: "${limt}"}', more)).toThrow('no parameter');
  });
});

describe('drop-lines', () => {
  const AC = 'AC_SUBST(A)\n  AC_CHECK_LIB([z], [f],\n    [x])\nif a; then\n\tb\nfi\nAC_SUBST(B)\n';
  test.each([
    ['lines', '{find: "if a; then\\n  b\\nfi"}', AC.replace('if a; then\n\tb\nfi\n', '')],
    ['a part', '{in: AC_CHECK_LIB(z)}', AC.replace(/ {2}AC_CHECK[^\n]*\n[^\n]*\n/, '')],
    ['both of them', '{in: AC_SUBST, times: 2}', AC.replace(/AC_SUBST.*\n/g, '')],
    ['a line of a part', '{in: AC_SUBST, find: "AC_SUBST(B)"}', AC.replace('AC_SUBST(B)\n', '')],
  ])('%s', async (_, edit, wanted) => {
    expect(await edited('configure.ac', AC, `  - drop-lines: ${edit}`)).toBe(wanted);
  });
  test('a part goes with the blank lines behind it, where it has some on both sides', async () => {
    const text = 'x\n\n\ndef f():\n    a\n\n\ndef g():\n    b\n\ny\n';
    expect(await edited('a.py', text, '  - drop-lines: {in: f}')).toBe('x\n\n\ndef g():\n    b\n\ny\n');
    expect(await edited('a.py', 'x\ndef f(): a\n\ny\n', '  - drop-lines: {in: f}')).toBe('x\n\ny\n');
  });
  test('refused', async () => {
    expect(await edited('configure.ac', AC, '  - drop-lines: {in: AC_SUBST}')).toContain('found 2 times');
    expect(await edited('configure.ac', AC, '  - drop-lines: {find: "[x])"}')).toContain('is not closed');
    expect(await edited('a.py', 'if x:\n    y\n', '  - drop-lines: {find: y}')).toContain('patch/breaks-file a.py:2');
    expect(() => recipeFor('a.py', '  - drop-lines: {}')).toThrow('say find, or in');
  });
});

describe('edit-text in a part', () => {
  const text = 'def f():\n    a\n    b\n\ndef g():\n    a\n';
  test('only there', async () => {
    expect(await twice('a.py', text, '  - edit-text: {in: g, find: a, with: c}')).toEqual([
      'def f():\n    a\n    b\n\ndef g():\n    c\n',
      'already-applied',
    ]);
  });
  test('the whole of it', async () => {
    expect(await twice('a.py', text, '  - edit-text: {in: f, with: "def h(x):\\n    return x\\n"}')).toEqual([
      'def h(x):\n    return x\n\ndef g():\n    a\n',
      'already-applied',
    ]);
    const make = 'a: b\n\tc\n';
    expect(await twice('Makefile', make, '  - edit-text: {in: a, with: ".PHONY: a\\na: d\\n"}')).toEqual([
      '.PHONY: a\na: d\n',
      'already-applied',
    ]);
    const xml = '<A>\n  <B>1</B><B>2</B>\n</A>\n';
    expect(await edited('a.props', xml, '  - edit-text: {in: B, with: <C/>, times: 2}')).toBe(
      '<A>\n  <C/><C/>\n</A>\n',
    );
  });
  test('a file without parts is not looked at', async () => {
    expect(await edited('a.rst', 'a\n', '  - edit-text: {in: f, find: a, with: b}')).toContain('drifted');
  });
});

test.each([
  [
    '[configure.ac]',
    ['patch/stale-configure configure.ac: configure.ac is changed, but configure, which is made from it, is not'],
  ],
  [
    '[configure]',
    ['patch/stale-configure configure: configure is changed, but configure.ac, from which it is made, is not'],
  ],
  ['[configure, configure.ac]', []],
])('configure is made from configure.ac: %s', async (files, warnings) => {
  const recipe = recipeFor('configure*', `  - edit-text: {files: ${files}, find: a, with: b, times: 1..n}`);
  const result = await generate(recipe, memoryTree({ configure: 'a\n', 'configure.ac': 'a\n' }));
  expect(problemsOf(result)).toEqual(warnings);
});
