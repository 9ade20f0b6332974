import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeWith } from './recipes.ts';

async function made(edit: string, files: Record<string, string>, file = 'a.h'): Promise<string> {
  const result = await generate(recipeWith(`  - add-field: {struct: S, ${edit}}`), memoryTree(files));
  return result.verdict === 'applies' ? after(result, file) : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}
const NEW = "declare: 'int added;'";
const typedef = (body: string) => `typedef struct {\n${body}} S;\n`;

describe('add-field', () => {
  test.each([
    ['after: a', typedef('    int a;\n    int b;\n'), typedef('    int a;\n    int added;\n    int b;\n')],
    ['before: a', typedef('    int a;\n'), typedef('    int added;\n    int a;\n')],
    ['at: end', typedef('    int a;\n'), typedef('    int a;\n    int added;\n')],
    ['at: start', typedef('    int a;\n'), typedef('    int added;\n    int a;\n')],
    [
      'at: start',
      typedef('    PyObject_HEAD\n    int a;\n'),
      typedef('    PyObject_HEAD\n    int added;\n    int a;\n'),
    ],
    [
      'before: a',
      typedef('    PyObject_HEAD\n    int a;\n'),
      typedef('    PyObject_HEAD\n    int added;\n    int a;\n'),
    ],
    [
      'at: start',
      typedef('    PyObject_HEAD;\n    int a;\n'),
      typedef('    PyObject_HEAD;\n    int added;\n    int a;\n'),
    ],
    [
      'at: start',
      typedef('    PyVarObject ob_base;\n    int a;\n'),
      typedef('    PyVarObject ob_base;\n    int added;\n    int a;\n'),
    ],
    [
      'after: a',
      typedef('\tint a;\t/* what\n\t\t   it is */\n\tint b;\n'),
      typedef('\tint a;\t/* what\n\t\t   it is */\n\tint added;\n\tint b;\n'),
    ],
    ['after: a', typedef('    int a; int b;\n'), typedef('    int a; int added; int b;\n')],
    ['at: end', 'struct S { int a; };\n', 'struct S { int a; int added; };\n'],
    [
      'after: u',
      'struct S {\n    union {\n        int a;\n    } u;\n};\n',
      'struct S {\n    union {\n        int a;\n    } u;\n    int added;\n};\n',
    ],
    [
      'at: end',
      typedef('    int a;\n#ifdef X\n    int x;\n#endif\n'),
      typedef('    int a;\n#ifdef X\n    int x;\n#endif\n    int added;\n'),
    ],
    [
      'after: a',
      `struct _s {\n    int a;\n};\ntypedef struct _s S;\n`,
      `struct _s {\n    int a;\n    int added;\n};\ntypedef struct _s S;\n`,
    ],
    [
      'after: a',
      '#define DEF(N) {    \\\n    int a; /* a */  \\\n    char b[(N)];    \\\n}\n\nstruct S DEF(1);\n',
      '#define DEF(N) {    \\\n    int a; /* a */  \\\n    int added;      \\\n    char b[(N)];    \\\n}\n\nstruct S DEF(1);\n',
    ],
  ])('%s %j', async (where, code, wanted) => {
    const edit = `${NEW}, ${where}`;
    expect(await made(edit, { 'a.h': code })).toBe(wanted);
    expect(await made(edit, { 'a.h': code.replaceAll('\n', '\r\n') })).toBe(wanted.replaceAll('\n', '\r\n'));
    expect(await made(edit, { 'a.h': wanted })).toContain('already-applied');
  });

  test.each([
    ['after: a', typedef('    int a;\n    long added;\n'), 'patch/text-differs a.h:3'],
    ['after: a', typedef('    int a;\n#ifdef X\n    int added;\n#endif\n'), 'patch/text-differs a.h:4'],
    ['after: a', typedef('    int a;\n    int b;\n    int added;\n'), 'patch/text-differs a.h:4'],
    ['after: x', typedef('#ifdef X\n    int x;\n#endif\n    int a;\n'), 'patch/text-differs a.h:3'],
    ['at: end', typedef('    int a;\n    char item[1];\n'), 'patch/text-differs a.h:3'],
    ['at: end', typedef('    int a;\n    char item[];\n'), 'patch/text-differs a.h:3'],
    ['after: z', typedef('    int a;\n'), 'patch/not-as-declared'],
    ['after: a', 'typedef struct {\n    int a;\n} T;\n', 'patch/not-as-declared'],
  ])('refused: %s %j', async (where, code, said) => {
    expect(await made(`${NEW}, ${where}`, { 'a.h': code })).toContain(said);
  });

  test.each([['int f(void) { return 1; }'], ['return 1;'], ['int a; }; struct T {int b;'], ['#define X']])(
    'no member: %s',
    async (declare) => {
      await expect(made(`declare: '${declare}', at: end`, { 'a.h': typedef('int a;\n') })).rejects.toThrow();
    },
  );

  test('more than one stand together', async () => {
    const edit = "declare: 'int x; /* x */\n\n        int *y, z;', after: a";
    expect(await made(edit, { 'a.h': typedef('    int a;\n') })).toBe(
      typedef('    int a;\n    int x; /* x */\n    int *y, z;\n'),
    );
  });
});

describe('values by position, when a struct gets a member', () => {
  const HEADER = typedef('    int a;\n    int b;\n    int c;\n');
  const of = (code: string, initial = 'initial: 0, ', where = 'after: a') =>
    made(`${NEW}, ${initial}${where}`, { 'a.h': HEADER, 'b.c': `${code}\n` }, 'b.c');

  test.each([
    ['S s = {1, 2, 3};', 'S s = {1, 0, 2, 3};'],
    ['S s[] = {{1, 2, 3}, {1}, {1, 2}};', 'S s[] = {{1, 0, 2, 3}, {1}, {1, 0, 2}};'],
    ['S s = {\n    1,\n    2\n};', 'S s = {\n    1,\n    0,\n    2\n};'],
    ['#define S_INIT(x) \\\n    (S){x, 1, \\\n        2}', '#define S_INIT(x) \\\n    (S){x, 0, 1, \\\n        2}'],
    ['int f(void) { S s = {1, 2}; return g((S){4, 5}); }', 'int f(void) { S s = {1, 0, 2}; return g((S){4, 0, 5}); }'],
  ])('%s', async (code, wanted) => {
    expect(await of(code)).toBe(`${wanted}\n`);
    expect(await of(code, '')).toContain('patch/positional b.c:');
  });

  test.each([['S s = {1};'], ['S s = {.a = 1, .b = 2};'], ['S s = {0};'], ['S *s = &t;'], ['S s = {1, .c = 2};']])(
    'fine: %s',
    async (code) => {
      for (const initial of ['', 'initial: 0, ']) expect(await of(code, initial)).toBe('(unchanged)');
    },
  );

  test.each([
    ['S s = {PAIR, 3};'],
    ['S s = {1,\n#ifdef X\n    2,\n#else\n    3,\n#endif\n};'],
    ['S s = {.a = 1, 2};'],
    ['S s[2] = {1, 2, 3, 4, 5, 6};'],
    ['typedef struct { int n; S s; } T;\nT t = {1, {1, 2, 3}};'],
    ['S s = INIT;'],
  ])('refused: %s', async (code) => {
    expect(await of(code)).toContain('patch/positional b.c:');
  });

  test('at the end no value is shifted', async () => {
    for (const code of [
      'S s = {1, 2, 3};',
      'S s = {HEAD_INIT(x) 3};',
      '#define INIT {1, 2, 3}\nS s[] = {{1, 2, 3}, INIT};',
    ])
      expect(await of(code, '', 'at: end')).toBe('(unchanged)');
    for (const code of [
      'S s[] = {1, 2, 3, 4, 5, 6};',
      'S s[] = {INIT};',
      'struct T { S s; int n; };\nstruct T t = {1, 2, 3, 4};',
    ])
      expect(await of(code, '', 'at: end')).toContain('patch/positional b.c:');
  });

  test("in a file that is not the recipe's", async () => {
    const files = { 'a.h': HEADER, 'x.cc': 'S s = {1, 2, 3};\n' };
    const said = await made(`${NEW}, initial: 0, after: a`, files);
    expect(said).toContain('patch/positional x.cc:1');
  });

  test('a second application changes nothing, and a half one is told', async () => {
    const recipe = recipeWith(`  - add-field: {struct: S, ${NEW}, initial: 7, after: a}`);
    const files = { 'a.h': HEADER, 'b.c': 'S s = {1, 2, 3};\n' };
    const result = await generate(recipe, memoryTree(files));
    const changed = result.verdict === 'applies' ? result.patch.files : [];
    const now = Object.fromEntries(changed.map((f) => [f.path, f.after]));
    expect(now['b.c']).toBe('S s = {1, 7, 2, 3};\n');
    expect((await generate(recipe, memoryTree(now))).verdict).toBe('already-applied');
  });
});
