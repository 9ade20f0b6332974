import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { after, generate, problemsOf, recipeOf } from './recipes.ts';

const recipe = (edit: string) =>
  recipeOf(
    `id: test\ntitle: A test\nwhy: because\ncpython: ">=2.5"\nfiles: ["*.c", "*.h"]\nedits:\n  - rename: {${edit}}`,
  );
async function made(edit: string, files: Record<string, string>): Promise<string> {
  const result = await generate(recipe(edit), memoryTree(files));
  return result.verdict === 'applies' ? after(result, 'a.c') : `${result.verdict}: ${problemsOf(result).join('\n')}`;
}
const FUNCTION = 'from: old, to: new_one';
const FIELD = 'struct: S, from: old, to: new_one';

describe('rename', () => {
  test.each([
    ['int old(void);\nint (*p)(void) = old;\n', 'int new_one(void);\nint (*p)(void) = new_one;\n'],
    ['#ifdef A\nint old;\n#else\nlong old;\n#endif\n', '#ifdef A\nint new_one;\n#else\nlong new_one;\n#endif\n'],
    ['#define old(x) \\\n    (x)\n#ifdef old\nint a = old(1);\n#endif\n#undef old\n', undefined],
    ['int old(void);\nchar *s = "old"; /* old */\n', 'int new_one(void);\nchar *s = "old"; /* old */\n'],
    ['#include <old.h>\nint old;\n', '#include <old.h>\nint new_one;\n'],
    [
      'int old;\nint f(S *s) { return s->old + s->t.old; }\n',
      'int new_one;\nint f(S *s) { return s->old + s->t.old; }\n',
    ],
    [
      'struct old { int old; };\nint f(struct old *s);\nint old;\n',
      'struct old { int old; };\nint f(struct old *s);\nint new_one;\n',
    ],
    [
      'struct s { union { int old, *b; } u; int (*c)(int old); };\nint old;\n',
      'struct s { union { int old, *b; } u; int (*c)(int new_one); };\nint new_one;\n',
    ],
    [
      'union { char a[old]; int (*old)(void); } u;\nenum { old };\n',
      'union { char a[new_one]; int (*old)(void); } u;\nenum { new_one };\n',
    ],
    [
      '#define M(s, old) ((s)->old + \\\n    old)\nint old;\n',
      '#define M(s, old) ((s)->old + \\\n    old)\nint new_one;\n',
    ],
    ['struct { unsigned a : old, old : 1; } u;\n', 'struct { unsigned a : new_one, old : 1; } u;\n'],
    ['int old_1, an_old, old;\n', 'int old_1, an_old, new_one;\n'],
  ])('a function, a macro, a variable: %j', async (code, wanted = code.replace(/\bold\b/g, 'new_one')) => {
    expect(await made(FUNCTION, { 'a.c': code })).toBe(wanted);
    expect(await made(FUNCTION, { 'a.c': code.replaceAll('\n', '\r\n') })).toBe(wanted.replaceAll('\n', '\r\n'));
    if (!/\bold\b/.test(wanted.replace(/"[^"]*"|\/\*.*?\*\//g, '')))
      expect(await made(FUNCTION, { 'a.c': wanted })).toContain('already-applied');
  });

  const S = 'typedef struct {\n    int old;\n    int other;\n} S;\n';
  test.each([
    ['int f(S *s, int old) { return s->old + old; }\n', 'int f(S *s, int old) { return s->new_one + old; }\n'],
    ['S s = {.old = 1};\nsize_t o = offsetof(S, old);\n', 'S s = {.new_one = 1};\nsize_t o = offsetof(S, new_one);\n'],
    [
      '#define OFF(x) offsetof(S, x)\nstatic M m[] = {{"old", OFF(old)}};\n',
      '#define OFF(x) offsetof(S, x)\nstatic M m[] = {{"old", OFF(new_one)}};\n',
    ],
    [
      '#define GET(s, m) ((s)->m)\n#define GET2(a, b) GET(b, a)\nint f(S *old) { return GET2(old, old); }\n',
      '#define GET(s, m) ((s)->m)\n#define GET2(a, b) GET(b, a)\nint f(S *old) { return GET2(new_one, old); }\n',
    ],
    ['#define OLD(s) ((s)->old)\n', '#define OLD(s) ((s)->new_one)\n'],
  ])('a member: %j', async (code, wanted) => {
    const files = { 'a.c': code, 's.h': S };
    const result = await generate(recipe(FIELD), memoryTree(files));
    const changed = result.verdict === 'applies' ? result.patch.files : [];
    const now = Object.fromEntries(changed.map((f) => [f.path, f.after]));
    expect(now).toEqual({ 'a.c': wanted, 's.h': S.replace('old', 'new_one') });
    expect((await generate(recipe(FIELD), memoryTree(now))).verdict).toBe('already-applied');
  });

  test.each([
    [FUNCTION, { 'a.c': 'int old;\nint new_one;\n' }, 'patch/text-differs a.c:2'],
    [FUNCTION, { 'a.c': 'int old;\nint f(int new_one);\n' }, 'patch/text-differs a.c:2'],
    [FUNCTION, { 'a.c': 'int old;\n', 'x.cc': 'int new_one;\n' }, 'patch/name-in-use x.cc:1'],
    [FUNCTION, { 'a.c': 'int old;\n', 'x.cc': 'extern int old;\n' }, 'patch/other-user x.cc:1'],
    [FUNCTION, { 'a.c': '#define old 1\nint f(S *s) { return s->old; }\n' }, 'patch/text-differs a.c:2'],
    [FUNCTION, { 'a.c': '#define MADE(x) o##x\nint old;\nint a = MADE(ld);\n' }, 'patch/pasted a.c:1'],
    [FUNCTION, { 'a.c': '#define MADE(x, y) x##l##y\nint old = MADE(o, d);\n' }, 'patch/pasted a.c:1'],
    [FUNCTION, { 'a.c': '#define NAMED(f) {#f, f}\nint old(void);\nE e = NAMED(old);\n' }, 'patch/made-text a.c:3'],
    [
      FUNCTION,
      { 'a.c': 'int old(void);\nE e = NAMED(old);\n', 'x.hh': '#define NAMED(f) {#f, f}\n' },
      'patch/made-text a.c:2',
    ],
    [FIELD, { 'a.c': `${S}struct T { union { int old; } u; };\n` }, 'patch/text-differs a.c:5'],
    [FIELD, { 'a.c': S, 'x.cc': 'int f(S *s) { return s->old; }\n' }, 'patch/other-user x.cc:1'],
    [FIELD, { 'a.c': S.replace('other', 'new_one') }, 'patch/text-differs a.c:3'],
    [FIELD, { 'a.c': `${S}#define new_one 1\n` }, 'patch/text-differs a.c:5'],
    [FIELD, { 'a.c': `${S}int a = UNKNOWN(old);\n` }, 'patch/text-differs a.c:5'],
    [FUNCTION, { 'a.c': 'int f(S *s) { return s->old; }\n' }, 'patch/not-as-declared'],
  ])('refused: %s %j', async (edit, files, said) => {
    expect(await made(edit, files)).toContain(said);
  });

  describe('a member of a name that another struct has, too', () => {
    const T = 'struct T {\n    int old;\n};\n';
    test.each([
      'int f(S *s, struct T *t) { return s->old + t->OLD; }',
      'int f(void) { S s, *u = &s; struct T t; t.OLD = 1; return s.old + u->old + (*u).old; }',
      'int f(void *p) { return ((S *)p)->old + ((struct T *)p)->OLD; }',
      'int f(S s[], const struct T *t) { return s[1].old + t[2].OLD + (s)->old; }',
      'int f(s)\n    S *s;\n{\n    return s->old;\n}',
      'int f(S *s) { for (struct T *a = 0, *t = a; t; ) t->OLD++; return s->old; }',
    ])('is told by the declarations of the function: %s', async (code) => {
      const files = { 'a.c': `${S}${T}${code.replaceAll('OLD', 'old')}\n` };
      const wanted = `${S.replace('old', 'new_one')}${T}${code.replaceAll('old', 'new_one').replaceAll('OLD', 'old')}\n`;
      expect(await made(FIELD, files)).toBe(wanted);
    });
    test.each([
      'S g;\nint f(void) { return g.old; }',
      'int f(void) { return get()->old; }',
      'int f(X *x) { return x->s->old; }',
      'int f(S *s) { { struct T *s = 0; return s->old; } }',
      'int f(S *s) { { struct { int old; } *s = 0; return s->old; } }',
      'int f(S *s) { { struct T *a, *s = 0; return s->old; } }',
      'int f(S *s) { { DECLARED(T) s; return s->old; } }',
      '#ifdef A\nint f(S *s) {\n#else\nint f(struct T *s) {\n#endif\n    return s->old;\n}',
      'int f(S *s) {\n#ifdef A\n    struct T *s;\n#endif\n    return s->old;\n}',
      '#define OLD(s) ((s)->old)',
      'S s = {.old = 1};',
      'size_t o = offsetof(S, old);',
      'int f(void *p) { return ((S *)p + 1)->old + (f(p))->old; }',
    ])('is refused otherwise: %s', async (code) => {
      expect(await made(FIELD, { 'a.c': `${S}${T}${code}\n` })).toMatch(/^drifted: patch\/text-differs a.c:\d/);
    });
    test('in a file that is not the recipe’s', async () => {
      expect(await made(FIELD, { 'a.c': S, 'x.cc': T })).toContain('new_one');
      expect(await made(FIELD, { 'a.c': S, 'x.cc': `${T}int f(struct T *t) { return t->old; }\n` })).toContain(
        'new_one',
      );
      expect(await made(FIELD, { 'a.c': S, 'x.cc': `${T}int f(S *s) { return s->old; }\n` })).toContain(
        'patch/other-user x.cc:4',
      );
      expect(await made(FIELD, { 'a.c': S, 'x.cc': `${T}int f(X *s) { return s->old; }\n` })).toContain(
        'patch/other-user x.cc:4',
      );
    });
  });

  test('what only one file sees may be in use elsewhere', async () => {
    const files = { 'a.c': 'static int old(void);\n', 'x.cc': 'int old, new_one;\n' };
    expect(await made(FUNCTION, files)).toBe('static int new_one(void);\n');
    expect(await made(FUNCTION, { ...files, 'x.hh': 'int x = old();\n' })).toContain('patch/other-user x.hh:1');
    expect(await made(FUNCTION, { ...files, 'x.cc': 'int x = old();\n' })).toContain('patch/other-user x.cc:1');
  });

  test('comments when they are meant; what stays is told', async () => {
    const files = { 'a.c': 'int old; /* old, older */\nchar *s = "old and old";\n' };
    expect(await made(`${FUNCTION}, comments: true`, files)).toContain('/* new_one, older */');
    const result = await generate(recipe(FUNCTION), memoryTree(files));
    expect(problemsOf(result)).toEqual([
      'patch/note a.c:1 old stays 2 in quotes and 1 in comments (say comments: true to change those)',
    ]);
  });

  test('what other edits put in under the old name is told', async () => {
    const both = recipeOf(
      `id: test\ntitle: A test\nwhy: because\ncpython: ">=2.5"\nfiles: ["*.c"]\nedits:\n  - rename: {${FUNCTION}}\n  - insert: {in: f, after: g();, text: old();}`,
    );
    const result = await generate(
      both,
      memoryTree({ 'a.c': 'void old(void);\nvoid\nf(void)\n{\n    old();\n    g();\n}\n' }),
    );
    expect(problemsOf(result)[0]).toContain('patch/not-idempotent a.c:');
  });

  test.each([['while'], ['NULL'], ['int'], ['sizeof']])('no name: %s', async (to) => {
    await expect(made(`from: old, to: ${to}`, { 'a.c': 'int old;\n' })).rejects.toThrow();
  });

  test('as often as it says', async () => {
    expect(await made(`${FUNCTION}, times: 2`, { 'a.c': 'int old;\n' })).toContain('patch/not-as-declared');
  });
});
