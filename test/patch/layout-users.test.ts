import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipeWith } from './recipes.ts';

const drop = recipeWith('  - drop-field: {struct: Slots, field: unused}');
const HEADER =
  'typedef struct _slots {\n    fn first;\n    void *unused;\n    fn last;\n} Slots;\ntypedef Slots Others;\n';
const said = async (code: string, header = HEADER) =>
  problemsOf(await generate(drop, memoryTree({ 'slots.h': header, 'a.c': `${code}\n` })));

describe('a struct that loses a member and is initialised by position', () => {
  test.each([
    ['Slots a = {f, 0, g};'],
    ['static const Slots a = {\n    f, /* first */\n    0,\n    g,\n};', 3],
    ['struct _slots a = {f, 0, g};'],
    ['Others a = {f, 0, g};'],
    ['Slots a, *b = &a, c = {f, 0, g};'],
    ['Slots a[] = {{.first = f}, {f, 0, g}};'],
    ['Slots a[2] = {f, 0, g, f, 0, g};'],
    ['Slots a[2] = {[1] = {f, 0, g}};'],
    ['void h(void) { use((Slots){f, 0, g}); }'],
    ['void h(void) { use((Slots[]){{f, 0, g}}); }'],
    ['void h(void) { Slots a = {f, 0, g}; use(&a); }'],
    ['PyAPI_DATA(Slots) a = {f, 0, g};'],
    ['#ifdef NEVER_SEEN\nSlots a = {f, 0, g};\n#endif', 2],
    ['#define DEFINE(n) \\\n    Slots n = {f, 0, g}', 2],
    ['#define NONE {f, 0, g}\nSlots a = NONE;', 2],
    ['#define none(x) {f, 0, x}\nSlots a = none(g);', 2],
    ['Slots a = {HEAD_INIT(f) "x"};'],
    ['Slots a = {.first = f, 0};'],
    ['struct { int n; Slots s; } a = {1, {f, 0, g}};'],
    ['typedef struct { int n; Slots s[2]; } Big;\nBig a = {1, {{f, 0, g}}};', 2],
    ['struct big { union { int n; Slots s; } u; };\nstruct big a = {{1}};', 2],
    ['#define SLOTS Slots\nSLOTS a = {f, 0, g};', 2],
    ['typedef struct { int n; Slots s; } Big;\nBig a = {.s = {f, 0, g}};', 2],
    ['typedef struct { int n; union { Slots s; } u; } Big;\nBig a = {.u.s = {f, 0, g}};', 2],
    ['typedef struct { int n; Slots s[2]; } Big;\nBig a = {.s = {{f}, {f, 0, g}}};', 2],
    [
      'typedef struct { int n; Slots s; } Big;\n#define BIG_INIT {.s = SLOTS_INIT(f)}\n#define SLOTS_INIT(x) {x, 0, g}\nBig a = BIG_INIT;',
      4,
    ],
    ['typedef struct { int n; Slots s; } Big;\n#define BIG_INIT {1, {0}}\nBig a = BIG_INIT;', 3],
    ['Slots a = ANYWHERE_INIT;'],
    ['#define HEAD_INIT(x) {x}\nSlots a = {HEAD_INIT(f), 0};', 2],
  ])('%s', async (code, line = 1) => {
    const problems = await said(code);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`patch/positional a.c:${line} `);
  });

  test.each([
    ['Slots a = {f};'],
    ['Slots a = {0};'],
    ['Slots a[3] = {{0}};'],
    ['Slots a = {};'],
    ['Slots a = {.first = f, .last = g};'],
    ['Slots a = {first: f, last: g};'],
    ['Slots *a[] = {&b, &c};'],
    ['Slots *a = NULL, b;'],
    ['Slots a = make(f);'],
    ['Slots f(Slots a, int b) { return a; }'],
    ['int a = ((Slots *)p)->first != 0, b[] = {1, 2, 3};'],
    ['typedef struct { int n; Slots *s; } Big;\nBig a = {1, &b};'],
    ['/* Slots a = {f, 0, g}; */'],
    ['struct { int n; } Slots_ = {1};'],
    ['typedef struct { int n; Slots s; } Big;\nBig a = {.n = 1, .s = {.first = f}};'],
    [
      'typedef struct { int n; Slots s; } Big;\n#define BIG_INIT {MORE .s = SLOTS_INIT(f)}\n#define MORE .n = 1,\n#define SLOTS_INIT(x) \\\n  {.last = g}\nBig a = BIG_INIT;',
    ],
    ['#define HEAD_INIT(x) {x}\nSlots a = {HEAD_INIT(f), .last = g};'],
  ])('fine: %s', async (code) => {
    expect(await said(code)).toEqual([]);
  });

  test('a member that some settings have may not be there', async () => {
    const header = 'typedef struct {\n#ifdef A\n    int x;\n#endif\n    void *unused;\n    fn last;\n} Slots;\n';
    expect((await said('Slots a = {1};', header))[0]).toContain('patch/positional a.c:1');
  });
});
