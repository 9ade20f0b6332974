import { describe, expect, test } from 'vitest';
import { generateSeries, orderSeries } from '../../src/patch/index.ts';
import { identityOf, type SeriesItem } from '../../src/patch/series.ts';
import type { LoadedRecipe } from '../../src/recipe/index.ts';
import { memoryTree } from './memory-tree.ts';
import { problemsOf, recipeOf } from './recipes.ts';

const recipe = (id: string, edit: string, more = ''): LoadedRecipe =>
  recipeOf(`id: ${id}\ntitle: ${id}\nwhy: because\ncpython: ">=2.5"\nfiles: [a.c]\n${more}\nedits:\n  - ${edit}\n`);
const items = (...recipes: LoadedRecipe[]) => recipes.map((r) => ({ recipe: r, params: {} }));
const ids = (list: readonly SeriesItem[]) => list.map((item) => identityOf(item).id);

const limit = recipe('limit', 'set-define: {name: MAX, value: 0}');
const store = recipe('store', '{fold: {if: "$C->zf == NULL", is: false}}');
const source =
  '#define MAX 9\n\nstatic void\nf(O *co)\n{\n    if (co->zf == NULL)\n        co->zf = f;\n    else if (n < MAX)\n        n++;\n}\n';

describe('a series', () => {
  test('each recipe is generated on what the previous ones made, in either order to the same end', async () => {
    const ends = [];
    for (const order of [items(limit, store), items(store, limit)]) {
      const results = await generateSeries(order, memoryTree({ 'a.c': source }));
      const patches = results.map((r) => (r.result.verdict === 'applies' ? r.result.patch : undefined));
      expect(patches[1]?.files[0]?.before).toBe(patches[0]?.files[0]?.after);
      ends.push(patches[1]?.files[0]?.after);
    }
    expect(ends[0]).toBe('#define MAX 0\n\nstatic void\nf(O *co)\n{\n    if (n < MAX)\n        n++;\n}\n');
    expect(ends[1]).toBe(ends[0]);
  });

  test('two recipes that want the same text are in conflict, with both places', async () => {
    const other = recipe('other', 'replace-expression: {match: "$C->zf == NULL", with: "$C->zf == other"}');
    const results = await generateSeries(items(store, other), memoryTree({ 'a.c': source }));
    expect(results.map((r) => r.result.verdict)).toEqual(['applies', 'conflict']);
    const { result } = results[1] as (typeof results)[number];
    expect(problemsOf(result)).toEqual(['patch/conflict a.c:6 other (edit 1) and store (edit 1) change the same text']);
    expect(result.verdict === 'conflict' && result.problems[0]?.related?.[0]).toEqual({
      place: { file: 'a.c', line: 6 },
      message: 'store changes this: if (co->zf == NULL)',
    });
  });

  test('what drifted stays drifted; the others are generated without it', async () => {
    const gone = recipe('gone', 'set-define: {name: OTHER, value: 0}');
    const results = await generateSeries(items(limit, gone, store), memoryTree({ 'a.c': source }));
    expect(results.map((r) => r.result.verdict)).toEqual(['applies', 'drifted', 'applies']);
  });
});

describe('the order', () => {
  const a = recipe('a', 'set-define: {name: MAX, value: 0}', 'after: [b]');
  const b = recipe('b', 'set-define: {name: MAX, value: 0}');
  const c = recipe('c', 'set-define: {name: MAX, value: 0}', 'needs: [a]');
  const d = recipe('d', 'set-define: {name: MAX, value: 0}', 'conflicts: [b]');
  const e = recipe('e', 'set-define: {name: MAX, value: 0}', 'after: [f]');
  const f = recipe('f', 'set-define: {name: MAX, value: 0}', 'after: [e]');

  test('as given, but after and needs come first', () => {
    expect(ids(orderSeries(items(c, a, b, limit)))).toEqual(['b', 'a', 'c', 'limit']);
    expect(ids(orderSeries(items(a)))).toEqual(['a']);
  });

  test.each([
    ['needs', [c], 'patch/needs', 'c needs a, which is not asked for'],
    ['conflicts', [d, b], 'patch/declared-conflict', 'd cannot be together with b'],
    ['twice', [b, b], 'patch/twice', 'b is asked for twice'],
    ['a circle', [e, f], 'patch/circle', 'these recipes each want to come after another: e, f'],
  ])('%s', (_, recipes, code, message) => {
    expect(() => orderSeries(items(...recipes))).toThrow(
      expect.objectContaining({ exitCode: 2, diagnostics: [expect.objectContaining({ code, message })] }),
    );
  });
});
