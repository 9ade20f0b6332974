import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipeWith } from './recipes.ts';

const HEADER = 'typedef struct _slots {\n    int first;\n    int second;\n    int last;\n} Slots;\n';
const RECIPES = {
  drop: recipeWith('  - drop-field: {struct: Slots, field: second}'),
  add: recipeWith("  - add-field: {struct: Slots, declare: 'int more;', after: first}"),
};
const said = async (how: keyof typeof RECIPES, code: string, file = 'a.c') =>
  problemsOf(await generate(RECIPES[how], memoryTree({ 'slots.h': HEADER, [file]: `${code}\n` })));

describe.each(['drop', 'add'] as const)('a struct changes by %s-field, and its layout is known by a number', (how) => {
  test.each([
    ['int a[sizeof(Slots) == 12 ? 1 : -1];'],
    ['int a[12 == sizeof(struct _slots) ? 1 : -1];'],
    ['Py_BUILD_ASSERT(offsetof(Slots, last) == 8);'],
    ['int f(Slots *s) { return *(int *)((char *)s + 8); }'],
    ['int f(const Slots *s) { return *(int *)((const char*)(s) + 0x8); }'],
    ['void f(Slots *s, void *to) { memcpy(to, s, 12); }'],
    ['void f(Slots s) { memset(&s.first, 0, 12); }'],
    ['#ifdef NEVER_SEEN\nint a[sizeof(Slots) != 12 ? 1 : -1];\n#endif', 2],
  ])('%s', async (code, line = 1) => {
    expect((await said(how, code))[0]).toContain(`patch/layout-number a.c:${line} `);
    if (/\bSlots\b/.test(code))
      expect((await said(how, code, 'x.cc'))[0]).toContain(`patch/layout-number x.cc:${line} `);
  });

  test.each([
    ['/* sizeof(Slots) == 12 */'],
    ['void f(Slots *s, void *to) { memcpy(to, s, sizeof(Slots)); }'],
    ['int f(Slots *s) { return *(int *)((char *)s + offsetof(Slots, last)); }'],
    ['int f(Others *s) { return *(int *)((char *)s + 8); }\nSlots *t;'],
    ['void f(Slots *s, char *to) { g(s); memcpy(to, "four", 4); }'],
    ['int a = sizeof(Slots) * 2;'],
  ])('fine: %s', async (code) => {
    expect(await said(how, code)).toEqual([]);
  });
});

describe('what may be cast from one to the other', () => {
  test('a struct that begins with the same members is told', async () => {
    const code = 'struct mirror {\n    int first;\n    int second;\n    char name[8];\n};';
    expect((await said('add', code))[0]).toContain(
      'patch/mirror a.c:1 struct mirror begins with the same members as Slots',
    );
    expect((await said('add', code, 'x.cc'))[0]).toContain('patch/mirror x.cc:1 ');
    expect(await said('add', 'struct other {\n    int first;\n    int third;\n};')).toEqual([]);
    expect(await said('add', 'struct other {\n    int zero, first;\n    int second;\n};')).toEqual([]);
  });
});

describe('names that macros make', () => {
  test.each([
    ['#define MEMBER(s, n) ((s)->sec##n)\nint f(Slots *s) { return MEMBER(s, ond); }', true],
    ['#define MEMBER(s, n) ((s)->n##ond)\n#define TWICE(n) MEMBER(p, n)\nint g = TWICE(sec);', true],
    ['#define MEMBER(s, n) ((s)->sec##n)\nint f(Slots *s) { return MEMBER(s, tion); }', false],
  ])('%s', async (code, isMade) => {
    const found = await said('drop', code);
    if (isMade) expect(found[0]).toContain('patch/pasted a.c:1 ');
    else expect(found).toEqual([]);
  });
});
