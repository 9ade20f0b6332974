import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isLike } from '../../src/patch/evidence.ts';
import { loadRecipe } from '../../src/recipe/index.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipesFolder, recipeWith } from './recipes.ts';

const chunk = await loadRecipe(path.join(recipesFolder, 'data-stack-chunk.yaml'));
const zombie = await loadRecipe(path.join(recipesFolder, 'remove-zombieframe.yaml'));

describe('a recipe whose name is in none of its files', () => {
  test('is drift where the tree has a name like it: a knob that was renamed is not lost in silence', async () => {
    const files = {
      'Python/pystate.c': 'int n = _PY_DATA_STACK_CHUNK_SIZE;\n',
      'Include/cpython/pystate.h': '#define _PY_DATA_STACK_CHUNK_SIZE (16*1024)\n',
    };
    const result = await generate(chunk, memoryTree(files, '3.14.0'));
    expect(result.verdict).toBe('drifted');
    expect(problemsOf(result)).toEqual([
      'patch/moved Include/cpython/pystate.h:1 DATA_STACK_CHUNK_SIZE is not in Python/pystate.c, but _PY_DATA_STACK_CHUNK_SIZE is in Include/cpython/pystate.h:1: is that its new name?',
    ]);
  });

  test('is drift where the name is in another file', async () => {
    const files = { 'Python/pystate.c': 'int x;\n', 'Python/stack.c': '#define DATA_STACK_CHUNK_SIZE (16*1024)\n' };
    const result = await generate(chunk, memoryTree(files, '3.13.0'));
    expect(problemsOf(result)).toEqual([
      'patch/moved Python/stack.c:1 DATA_STACK_CHUNK_SIZE is not in Python/pystate.c, but it is in Python/stack.c:1',
    ]);
  });

  test('is not applicable where nothing is like it, and says what was looked for', async () => {
    const files = { 'Python/pystate.c': 'int x;\n', 'Lib/test/data.c': 'int DATA_STACK_CHUNK_SIZE;\n' };
    expect(await generate(chunk, memoryTree(files, '3.13.0'))).toMatchObject({
      verdict: 'not-applicable',
      why: 'data-stack-chunk: DATA_STACK_CHUNK_SIZE is in no source file of the tree, nor a name like it',
    });
  });

  test('is not applicable although an edit of it would match: a fork that took the cache out itself', async () => {
    const files = {
      'Objects/frameobject.c': `/* Stack frames are allocated and deallocated at a considerable rate.
   In an attempt to improve the speed of function calls, we:
   2. We also maintain a separate free list of stack frames (just like ints). */
int x;
`,
      'Objects/codeobject.c': 'int y;\n',
      'Lib/test/test_gdb.py': 'print co_zombieframe\n',
    };
    expect(await generate(zombie, memoryTree(files, '3.9.10'))).toMatchObject({
      verdict: 'not-applicable',
      why: 'remove-zombieframe: co_zombieframe is in no source file of the tree, nor a name like it',
    });
  });

  test('the probe decides before the edits do', async () => {
    const recipe = recipeWith('  - set-define: { name: LIMIT, value: 8 }', 'probe: { identifier: the_cache }');
    const tree = (more: string) => memoryTree({ 'a.c': `#define LIMIT 200\n${more}` });
    expect((await generate(recipe, tree(''))).verdict).toBe('not-applicable');
    expect((await generate(recipe, tree('/* the_cache */\n'))).verdict).toBe('not-applicable');
    expect((await generate(recipe, tree('int the_cache;\n'))).verdict).toBe('applies');
  });
});

test('what several names of the recipe end with is the new name of none: a fork may have such a list of its own', async () => {
  const limits = (...names: readonly string[]) =>
    recipeWith(names.map((name) => `  - set-define: { name: ${name}, value: 8, times: 0..1 }`).join('\n'));
  const tree = (other: string) =>
    memoryTree({ 'a.c': '#define PyTuple_MAXFREELIST 20\n', 'Fork/frames.c': `#define ${other} 200\n` });
  const several = limits('PyTuple_MAXFREELIST', 'PyFloat_MAXFREELIST', 'PySet_MAXFREELIST');
  expect((await generate(several, tree('MAXFREELIST'))).verdict).toBe('applies');
  expect(problemsOf(await generate(several, tree('Py_float_MAXFREELIST')))).toEqual([
    "patch/moved Fork/frames.c:1 PyFloat_MAXFREELIST is not defined in the recipe's files, but Py_float_MAXFREELIST is in Fork/frames.c:1: is that its new name?",
  ]);
  const two = limits('PyTuple_MAXSAVESIZE', 'PyFloat_MAXFREELIST');
  expect((await generate(two, tree('MAXFREELIST'))).verdict).toBe('drifted');
});

describe('names that are alike', () => {
  test.each([
    ['_PY_DATA_STACK_CHUNK_SIZE', 'DATA_STACK_CHUNK_SIZE'],
    ['Py_tuple_MAXFREELIST', 'PyTuple_MAXFREELIST'],
    ['PyFrame_MAXFREELIST', 'MAXFREELIST'],
    ['co_zombieframes', 'co_zombieframe'],
  ])('%s may be the new name of %s', (word, name) => expect(isLike(word, name)).toBe(true));

  test.each([
    ['ARENA_SIZE_MASK', 'ARENA_SIZE'],
    ['PyTuple_MAXSAVESIZE', 'PyTuple_MAXFREELIST'],
    ['SIZE', 'MCACHE_SIZE_EXP'],
    ['co_weakreflist', 'co_zombieframe'],
  ])('%s is not that of %s', (word, name) => expect(isLike(word, name)).toBe(false));
});
