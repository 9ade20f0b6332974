import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRecipe } from '../../src/recipe/index.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, problemsOf, recipesFolder, recipeWith, after as textAfter } from './recipes.ts';
import { loads, loadsAfter, shapes, sourcesAfter, sourcesBefore } from './zombie-sources.ts';

const zombie = await loadRecipe(path.join(recipesFolder, 'remove-zombieframe.yaml'));

describe('edits that are shapes of one thing', () => {
  const recipe = recipeWith(`
  - set-define: { name: OLD_LIMIT, value: 8, shape-of: the limit }
  - set-define: { name: PyThing_LIMIT, value: 8, shape-of: the limit }
`);
  const one = (text: string) => memoryTree({ 'a.c': text });

  test.each(['OLD_LIMIT', 'PyThing_LIMIT'])('the one that the tree has is made: %s', async (name) => {
    expect(textAfter(await generate(recipe, one(`#define ${name} 200\n`)), 'a.c')).toBe(`#define ${name} 8\n`);
  });

  test('both are made where both are there', async () => {
    const result = await generate(recipe, one('#define OLD_LIMIT 200\n#define PyThing_LIMIT 100\n'));
    expect(textAfter(result, 'a.c')).toBe('#define OLD_LIMIT 8\n#define PyThing_LIMIT 8\n');
  });

  test('where there is none, one message says of both', async () => {
    const result = await generate(recipe, one('int x;\n'));
    expect(result.verdict).toBe('drifted');
    expect(problemsOf(result)).toEqual([
      'patch/not-as-declared a.c: edit 1 (set-define) must match exactly once, but was found nowhere: #define OLD_LIMIT, to be 8, or #define PyThing_LIMIT, to be 8',
    ]);
  });

  test('one that matches too often is refused', async () => {
    expect((await generate(recipe, one('#define OLD_LIMIT 2\n#define OLD_LIMIT 3\n'))).verdict).toBe('drifted');
  });

  test('one that is made already is enough', async () => {
    expect((await generate(recipe, one('#define PyThing_LIMIT 8\n'))).verdict).toBe('already-applied');
  });
});

describe('an edit for trees that lack a name', () => {
  const recipe = recipeWith(`
  - set-define: { name: SIZE, value: (1 << 16), lacks: BITS, shape-of: the size }
  - set-define: { name: BITS, value: 16, shape-of: the size }
`);

  test('is made where the name is not', async () => {
    expect(textAfter(await generate(recipe, memoryTree({ 'a.c': '#define SIZE 4\n' })), 'a.c')).toBe(
      '#define SIZE (1 << 16)\n',
    );
  });

  test('is not made where it is', async () => {
    const result = await generate(recipe, memoryTree({ 'a.c': '#define BITS 18\n#define SIZE (1 << BITS)\n' }));
    expect(textAfter(result, 'a.c')).toBe('#define BITS 16\n#define SIZE (1 << BITS)\n');
  });
});

// A release of a version may still have the shape of the one before: 3.9.0a1 - a6 take a frame back as 3.8 does.
describe.each(shapes)('the shape of $python ($load) is found by itself', (shape) => {
  // Blocks are kept in C89 only: that is told by the version.
  const c99 = /^3\.(?:[6-9]|10)\b/.test(shape.python);
  test.each(c99 ? ['3.6.0a1', '3.9.0a1', '3.10.0a3'] : ['2.5', '3.0a1', '3.3.0a3', '3.5.0'])(
    'in what calls itself %s',
    async (python) => {
      const result = await generate(zombie, memoryTree(sourcesBefore(shape), python));
      expect(problemsOf(result)).toEqual([]);
      for (const [file, text] of Object.entries(sourcesAfter(shape))) expect(textAfter(result, file)).toBe(text);
    },
  );
});

describe('conditions of forks without the GIL', () => {
  const shape = shapes.find(({ load }) => load === 'L4');
  if (shape === undefined) throw new Error('no shape L4');
  const before = sourcesBefore(shape)['Objects/frameobject.c'] ?? '';
  const tree = (load: string) =>
    memoryTree({
      ...sourcesBefore(shape),
      'Objects/frameobject.c': before.replace('if (code->co_zombieframe != NULL)', `if (${load})`),
    });
  const wanted = sourcesAfter(shape)['Objects/frameobject.c'];

  test('a condition beside it that only looks goes with it', async () => {
    expect(loads.L4).toContain('if (code->co_zombieframe != NULL)');
    expect(wanted).toContain(loadsAfter.L4);
    const result = await generate(zombie, tree('!_PyRuntime.preconfig.disable_gil && code->co_zombieframe != NULL'));
    expect(textAfter(result, 'Objects/frameobject.c')).toBe(wanted);
  });

  test('so does a call that the recipe knows to have no effect', async () => {
    const load = '_PyObject_ThreadId(code) == _Py_ThreadId() && code->co_zombieframe != NULL';
    expect(textAfter(await generate(zombie, tree(load)), 'Objects/frameobject.c')).toBe(wanted);
  });

  test('any other call is refused, with its place', async () => {
    const result = await generate(zombie, tree('_Fork_Owns(code) && code->co_zombieframe != NULL'));
    expect(result.verdict).toBe('drifted');
    expect(problemsOf(result)[0]).toMatch(
      /patch\/effects Objects\/frameobject\.c:\d+ the condition also does something: _Fork_Owns\(code\)/,
    );
  });
});
