import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoisedGenerate } from '../../src/patch/index.ts';
import { type LoadedRecipe, loadRecipe, resolveParams } from '../../src/recipe/index.ts';
import { memoryTree } from './memory-tree.ts';
import { generate, headerOf, problemsOf, recipesFolder, after as textAfter } from './recipes.ts';
import { shapes, sourcesAfter, sourcesBefore } from './zombie-sources.ts';

const recipe = await loadRecipe(path.join(recipesFolder, 'remove-zombieframe.yaml'));
const including = (...include: string[]): LoadedRecipe => ({ ...recipe, include });

/** What a fork may have added: it drops a function's dead frame when it unloads a module. */
const second = `void
fork_unload(PyCodeObject *co)
{
    count++;
    if (co->co_zombieframe != NULL) {
        PyObject_GC_Del(co->co_zombieframe);
        co->co_zombieframe = NULL;
    }
    co->co_zombieframe = NULL;
    done(co);
}
`;
const secondAfter = `void
fork_unload(PyCodeObject *co)
{
    count++;
    done(co);
}
`;
const third = 'long fork_seen(PyCodeObject *co) { return (long)co->co_zombieframe; }\n';

describe.each(shapes.filter(({ python }) => /^(2\.7|3\.[56])/.test(python)))(
  'a second user of the field in a fork of $python',
  (shape) => {
    const files: Record<string, string> = { ...sourcesBefore(shape), 'Modules/_fork.c': second };
    const tree = memoryTree(files, shape.python);

    test('is refused with its place, and how to go on', async () => {
      const result = await generate(recipe, tree);
      expect(result.verdict).toBe('drifted');
      expect(problemsOf(result)).toContain(
        "patch/other-user Modules/_fork.c:5 co_zombieframe is used outside of the recipe's files",
      );
      expect(result.verdict === 'drifted' && result.problems[0]?.hint).toContain('--include');
    });

    test('is edited with --include, and the rest is as without it', async () => {
      const result = await generate(including('Modules/_fork.c'), tree);
      expect(textAfter(result, 'Modules/_fork.c')).toBe(secondAfter);
      for (const [file, text] of Object.entries(sourcesAfter(shape))) {
        if (sourcesBefore(shape)[file] !== text) expect(textAfter(result, file)).toBe(text);
      }
    });

    test('the header says so, and reads back', async () => {
      const result = await generate(including('Modules/_fork.c', 'Modules/_f*.c'), tree);
      if (result.verdict !== 'applies') throw new Error(problemsOf(result).join('\n'));
      expect(headerOf(result.patch.text)?.include).toEqual(['Modules/_fork.c', 'Modules/_f*.c']);
      const without = await generate(recipe, memoryTree(sourcesBefore(shape), shape.python));
      if (without.verdict !== 'applies') throw new Error(problemsOf(without).join('\n'));
      expect(headerOf(without.patch.text)?.include).toEqual([]);
      expect(without.patch.text).not.toContain('Include:');
    });

    test('a use that no edit fits is refused with its place, although it is included', async () => {
      const result = await generate(
        including('Modules/*.c'),
        memoryTree({ ...files, 'Modules/_third.c': third }, shape.python),
      );
      expect(result.verdict).toBe('drifted');
      expect(problemsOf(result)).toEqual([
        "patch/other-user Modules/_third.c:1 co_zombieframe is used outside of the recipe's files",
      ]);
    });

    test('another user that is not included is refused', async () => {
      const result = await generate(
        including('Modules/_fork.c'),
        memoryTree({ ...files, 'Modules/_third.c': third }, shape.python),
      );
      expect(problemsOf(result)).toEqual([
        "patch/other-user Modules/_third.c:1 co_zombieframe is used outside of the recipe's files",
      ]);
    });

    test('included files do not make up for what the recipe’s own files have too often', async () => {
      const doubled = `${files['Objects/codeobject.c']}\nvoid f(PyCodeObject *co) { if (co->co_zombieframe != NULL) PyObject_GC_Del(co->co_zombieframe); }\n`;
      const tree = memoryTree({ ...files, 'Objects/codeobject.c': doubled }, shape.python);
      const result = await generate(including('Modules/_fork.c'), tree);
      expect(result.verdict).toBe('drifted');
      expect(problemsOf(result).join('\n')).toContain('must match exactly once, but was found');
    });

    test('is remembered apart from what was made without', async () => {
      const remembering = memoisedGenerate();
      const params = resolveParams(recipe, {});
      expect((await remembering(recipe, params, tree)).verdict).toBe('drifted');
      expect((await remembering(including('Modules/_fork.c'), params, tree)).verdict).toBe('applies');
      expect((await remembering(recipe, params, tree)).verdict).toBe('drifted');
    });

    test('names that the header cannot hold are refused', async () => {
      for (const glob of ['', 'Modules/my file.c', 'a\nEvil: 1'])
        await expect(generate(including(glob), tree)).rejects.toThrow(/--include/);
      expect(textAfter(await generate(including('Modules/?fork.c'), tree), 'Modules/_fork.c')).toBe(secondAfter);
    });

    test('a glob that names nothing is an error, not silence', async () => {
      await expect(generate(including('Modules/_frok.c'), tree)).rejects.toThrow(/no C file of the tree/);
    });
  },
);

// A fork may carry its own copy of the functions that make and free frames, in a folder that CPython does not have.
describe.each(shapes)(
  'copies of the frame’s functions in a fork’s own folder, as $python has them ($load)',
  (shape) => {
    const own = 'Fork/lite/frames.c';
    const [before, wanted] = [sourcesBefore(shape), sourcesAfter(shape)].map((s) => s['Objects/frameobject.c'] ?? '');
    const code = (text = '') => text.slice(text.indexOf('*/') + 3);
    const tree = memoryTree({ ...sourcesBefore(shape), [own]: code(before) }, shape.python);

    test('are refused without --include, and right with it', async () => {
      const refused = await generate(recipe, tree);
      expect(refused.verdict).toBe('drifted');
      expect(problemsOf(refused)[0]).toContain(`patch/other-user ${own}:`);
      const result = await generate(including('Fork/**/*.c'), tree);
      expect(textAfter(result, own)).toBe(code(wanted));
      expect(textAfter(result, 'Objects/frameobject.c')).toBe(wanted);
    });
  },
);
