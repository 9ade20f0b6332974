import { describe, expect, test } from 'vitest';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipeWith } from './recipes.ts';

const HEADER = 'typedef struct {\n    int size;\n    int mark;\n} Thing;\n';
const dropField = recipeWith('  - drop-field: {struct: Thing, field: mark}');
const dropFunction = recipeWith('  - drop-function: {name: spare}');

describe('what a recipe takes out and its own files still use', () => {
  test.each([
    ['int a(Thing *t) { return t->mark; }'],
    ['Thing b = { .mark = 2 };'],
    ['#define MARK(t) ((t)->mark)'],
    ['#ifdef NEVER_SEEN\nint c(Thing *t) { return t->mark; }\n#endif', 2],
    ['unsigned long d = offsetof(Thing, mark);'],
  ])('a member: %s', async (code, line = 1) => {
    const result = await generate(dropField, memoryTree({ 'thing.h': HEADER, 'a.c': `${code}\n` }));
    expect(problemsOf(result)).toEqual([`patch/other-user a.c:${line} mark is still used here`]);
  });

  test.each([
    ['int (*table[])(void) = { spare };', 5],
    ['int e(void) { return spare(); }', 5],
    ['#ifdef NEVER_SEEN\nint f(void) { return spare(); }\n#endif', 6],
    ['#define SPARE spare', 5],
  ])('a function: %s', async (code, line) => {
    const result = await generate(
      dropFunction,
      memoryTree({ 'a.c': `static int\nspare(void)\n{ return 1; }\n\n${code}\n` }),
    );
    expect(problemsOf(result)).toEqual([`patch/other-user a.c:${line} spare is still used here`]);
  });

  test('a comment is told, and does not hinder; code that goes with it uses it no more', async () => {
    const tree = memoryTree({
      'a.c': '/* spare */\nint\nspare(int n)\n{ return n ? spare(n - 1) : 0; }\n\n#if 0\nspare\n#endif\n',
    });
    expect(problemsOf(await generate(dropFunction, tree))).toEqual([
      'patch/other-mention a.c:1 spare is still mentioned here',
      'patch/other-mention a.c:7 spare is still mentioned here',
    ]);
  });

  test('an edit that finds nothing takes nothing out', async () => {
    const recipe = recipeWith(
      '  - drop-function: {name: spare, times: 0..1}\n  - drop-statement: {match: "a(spare);"}',
    );
    const result = await generate(recipe, memoryTree({ 'a.c': 'int spare;\nvoid f(void)\n{\n    a(spare);\n}\n' }));
    expect(result.verdict).toBe('applies');
  });
});
