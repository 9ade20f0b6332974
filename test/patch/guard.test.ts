import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

async function made(edit: string, code: string): Promise<string> {
  const result = await generate(recipeWith(`  - ${edit}`), memoryTree({ 'a.c': code }));
  return result.verdict === 'applies' ? after(result, 'a.c') : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}
const f = (...lines: string[]) =>
  `static int\nf(int fd)\n{\n${lines.map((l) => `${l.startsWith('#') ? '' : '    '}${l}\n`).join('')}}\n`;

describe('guard', () => {
  test.each([
    ['{match: "fd = make(fd);", under: "#ifdef X"}', f('fd = make(fd);'), f('#ifdef X', 'fd = make(fd);', '#endif')],
    [
      '{match: "$F = make($F);", under: "#if defined(X)", else: "$F = other($F);", label: X, in: f}',
      f('a();', 'fd = make(fd);  /* why */', 'return fd;'),
      f(
        'a();',
        '#if defined(X)',
        'fd = make(fd);  /* why */',
        '#else',
        'fd = other(fd);',
        '#endif /* X */',
        'return fd;',
      ),
    ],
    [
      '{match: "a();\\nb();", under: "#if X > 1"}',
      f('a();', '#ifdef Y', 'y();', '#endif', 'b();', 'a();'),
      'drifted: ',
    ],
    [
      '{match: "a();\\n…\\nb();", under: "#ifndef X"}',
      f('a();', '#ifdef Y', 'y();', '#endif', 'b();', 'a();'),
      f('#ifndef X', 'a();', '#ifdef Y', 'y();', '#endif', 'b();', '#endif', 'a();'),
    ],
    [
      '{match: "a();", under: "#ifdef X", given: {Y: false}}',
      f('#ifdef Y', 'a();', '#else', 'a();', '#endif'),
      f('#ifdef Y', 'a();', '#else', '#ifdef X', 'a();', '#endif', '#endif'),
    ],
    [
      '{lines: "#include <crtdbg.h>", under: "#ifdef _DEBUG"}',
      '#include <a.h>\n#include  <crtdbg.h>\nint x;\n',
      '#include <a.h>\n#ifdef _DEBUG\n#include  <crtdbg.h>\n#endif\nint x;\n',
    ],
    [
      '{lines: "#define A 1\\n#define B 2", under: "#ifdef X", else: "#define A 3"}',
      '#define A 1\n#define B 2\n',
      '#ifdef X\n#define A 1\n#define B 2\n#else\n#define A 3\n#endif\n',
    ],
  ])('%s', async (edit, code, wanted) => {
    if (wanted === 'drifted: ') {
      expect(await made(`guard: ${edit}`, code)).toMatch(/^drifted/);
      return;
    }
    expect(await made(`guard: ${edit}`, code)).toBe(wanted);
    expect(await made(`guard: ${edit}`, code.replaceAll('\n', '\r\n'))).toBe(wanted.replaceAll('\n', '\r\n'));
    expect(await made(`guard: ${edit}`, wanted)).toMatch(/^already-applied/);
  });

  test.each([
    ['{match: a();, under: "#ifdef X"}', f('if (fd)', '    a();'), 'the body of another statement', 'a.c:5'],
    ['{match: a();, under: "#ifdef X"}', f('a(); b();'), 'lines for itself', 'a.c:4'],
    [
      '{match: a();, under: "#ifdef X"}',
      f('switch (fd) {', 'case 1:', '    a();', '}'),
      'follows its case directly',
      'a.c:6',
    ],
    ['{match: b();, under: "#ifdef X"}', f('a(); b();'), 'lines for itself', 'a.c:4'],
    [
      '{match: a();, under: "#ifdef X", else: b();}',
      f('#ifdef X', 'a();', '#endif'),
      'under this condition already',
      'a.c:5',
    ],
    ['{match: a();, under: "#ifdef X"}', f('a();', 'a();'), 'must match', 'a.c:4'],
    [
      '{match: "a();\\n…\\nb();", under: "#ifdef X"}',
      f('a();', '#ifdef Y', 'y();', 'b();', '#endif'),
      'an #if around a part of it',
      'a.c:4',
    ],
  ])('%s on %s is refused', async (edit, code, why, place) => {
    const said = await made(`guard: ${edit}`, code);
    expect(said).toMatch(/^drifted/);
    expect(said).toContain(why);
    expect(said).toContain(place);
  });

  test.each([
    ['{match: "a()", under: "#ifdef X"}', 'an expression cannot stand under an #if by itself'],
    ['{match: "a();", under: "ifdef X"}', 'is no #if, #ifdef or #ifndef in one line'],
    ['{match: "a();", under: "#ifdef X\\n#ifdef Y"}', 'is no #if, #ifdef or #ifndef in one line'],
    ['{match: "a();", under: "#ifdef X", else: "b($Y);"}', 'no pattern of the edit binds $Y'],
    ['{lines: "int x;", under: "#ifdef X"}', 'only directives go by lines'],
    ['{lines: "#ifdef Y", under: "#ifdef X"}', 'a part of an #if only'],
  ])('%s is no edit', async (edit, why) => {
    await expect(made(`guard: ${edit}`, f('a();'))).rejects.toThrow(why);
  });
});

describe('add-branch', () => {
  const block = (...lines: string[]) => `${lines.join('\n')}\n`;
  test.each([
    [
      '{to: "#ifdef A", text: "int y;"}',
      block('#ifdef A', 'int x;', '#endif'),
      block('#ifdef A', 'int x;', '#else', 'int y;', '#endif'),
    ],
    [
      '{to: "#if defined(A)", elif: "#elif defined(B)  /* why */", text: "#  define C\\n"}',
      block('#ifdef A', 'int x;', '#elif X', 'int z;', '#else', 'int y;', '#endif'),
      block('#ifdef A', 'int x;', '#elif X', 'int z;', '#elif defined(B)  /* why */', '#  define C', '#else') +
        block('int y;', '#endif'),
    ],
    [
      '{to: "#ifdef A", text: "g(1);\\n\\nif (n)\\n    g(2);", in: f}',
      f('#ifdef A', 'n();', '#endif') + block('#ifdef A', 'int x;', '#endif'),
      f('#ifdef A', 'n();', '#else', 'g(1);').replace('}\n', '') +
        block('', '    if (n)', '        g(2);', '#endif', '}', '#ifdef A', 'int x;', '#endif'),
    ],
    [
      '{to: "#ifdef A", text: "int y;", holds: stdio}',
      block('#ifdef A', 'int x;', '#endif', '#ifdef A', '#include <stdio.h>', '#endif'),
      block('#ifdef A', 'int x;', '#endif', '#ifdef A', '#include <stdio.h>', '#else', 'int y;', '#endif'),
    ],
  ])('%s', async (edit, code, wanted) => {
    expect(await made(`add-branch: ${edit}`, code)).toBe(wanted);
    expect(await made(`add-branch: ${edit}`, code.replaceAll('\n', '\r\n'))).toBe(wanted.replaceAll('\n', '\r\n'));
    expect(await made(`add-branch: ${edit}`, wanted)).toMatch(/^already-applied/);
  });

  test.each([
    [
      '{to: "#ifdef A", text: "int y;"}',
      '#ifdef A\nint x;\n#else\nint z;\n#endif\n',
      'such a branch, with other lines',
    ],
    ['{to: "#ifdef A", text: "int y ="}', '#ifdef A\nint x;\n#endif\n', 'would not be C any more'],
    ['{to: "#ifdef A", text: "int y;"}', '#ifdef B\nint x;\n#endif\n', 'found nowhere'],
  ])('%s on %s is refused', async (edit, code, why) => {
    const said = await made(`add-branch: ${edit}`, code);
    expect(said).toMatch(/^drifted.*a\.c/);
    expect(said).toContain(why);
  });
});

test('edit-include changes the name, between quotes or brackets', async () => {
  const code = '#  include <Rpc.h>  /* why */\n#include "rpc.h.in"\n';
  const edit = 'edit-include: {header: Rpc.h, with: rpc.h}';
  expect(await made(edit, code)).toBe(code.replace('Rpc', 'rpc'));
  expect(await made(edit, code.replace('Rpc', 'rpc'))).toMatch(/^already-applied/);
  expect(await made(edit, '// #include <Rpc.h>\n')).toMatch(/^drifted/);
});

describe('given: for code in functions', () => {
  const code = f('#ifdef W', 'find(fd);', '#else', 'find(fd);', '#endif');
  test.each([
    ['insert: {in: f, before: find($X);, text: a();, given: {W: false}}', code.replace('#else\n', '#else\n    a();\n')],
    ['replace-expression: {match: find($X), with: look($X), given: {W: true}}', code.replace('find', 'look')],
  ])('%s', async (edit, wanted) => {
    expect(await made(edit, code)).toBe(wanted);
    expect(await made(edit, wanted)).not.toBe(wanted);
  });
});

describe('insert', () => {
  test('behind a label, what its statement comes after', async () => {
    const code = f('return 0;', 'error:', 'drop(fd);').replace('    error:', 'error:');
    const edit = 'insert: {in: f, before: drop($X);, text: clear();}';
    const wanted = code.replace('error:\n', 'error:\n    clear();\n');
    expect(await made(edit, code)).toBe(wanted);
    expect(await made(edit, wanted)).toMatch(/^already-applied/);
    expect(await made('insert: {in: f, before: drop($X);, text: int x = 1;}', code)).toContain('no declaration');
  });
  test('blank lines of its text stay', async () => {
    const code = f('a();');
    expect(await made('insert: {in: f, before: a();, text: "b();\\n\\n"}', code)).toBe(
      f('b();', '', 'a();').replace('    \n', '\n'),
    );
    expect(await made('insert: {in: f, after: a();, text: "\\nb();"}', code)).toBe(
      f('a();', '', 'b();').replace('    \n', '\n'),
    );
  });
});

test('a macro that the file makes a cast is read as one', async () => {
  const code = `#define FREECAST (char *)\n${f('give(FREECAST argv);', 'return use(fd);')}`;
  expect(await made('replace-expression: {match: use($X), with: take($X)}', code)).toBe(code.replace('use', 'take'));
});

test('what could not be read, in another place than the function that is named, is no matter', async () => {
  const code = `HANDLER(a,\n  (int b, int c)) {\n${f('a(fd);')}`;
  const other = `static int x = (1;\n${f('a(fd);')}`;
  for (const text of [code, other]) {
    const said = await made('insert: {in: f, after: a($X);, text: b();}', text);
    if (!said.startsWith('drifted')) expect(said).toBe(text.replace('a(fd);\n', 'a(fd);\n    b();\n'));
  }
});

test('more conditions than can be looked through are refused', async () => {
  const text = Array.from({ length: 12 }, (_, i) => `#ifdef A${i}\\nint a${i};\\n#endif\\n`).join('');
  await expect(made(`add-function: {text: "${text}", at: end}`, f('a();'))).rejects.toThrow('12 conditions of #if');
});
