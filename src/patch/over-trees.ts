import type { SourceTree } from '../checkout/types.ts';
import { memoisedGenerate } from './memo.ts';
import { generateSeries, type SeriesItem, type SeriesResult } from './series.ts';

export interface TreeResult {
  readonly tree: SourceTree;
  readonly series: readonly (SeriesResult & { readonly durationMs: number })[];
}

/**
 * Generates a series on many trees, one after the other: what is the same in two of them is worked out once. A recipe's
 * time is that of its own, its look into files that nobody had read before included.
 * @throws UserError as `generateSeries` does.
 */
export async function* generateOverTrees(
  items: readonly SeriesItem[],
  trees: Iterable<SourceTree>,
): AsyncGenerator<TreeResult> {
  const generate = memoisedGenerate();
  for (const tree of trees) {
    const spent = new Map<string, number>();
    const series = await generateSeries(items, tree, async (recipe, params, at) => {
      const started = performance.now();
      const result = await generate(recipe, params, at);
      spent.set(recipe.recipe.id, (spent.get(recipe.recipe.id) ?? 0) + performance.now() - started);
      return result;
    });
    yield { tree, series: series.map((s) => ({ ...s, durationMs: spent.get(s.recipe.recipe.id) ?? 0 })) };
  }
}
