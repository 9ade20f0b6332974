// Not by the rooms' faces: those load the YAML parser, the schemas and the downloads, which take longer than a patch.
import { folderTree } from '../checkout/folder-tree.ts';
import { openCheckout } from '../checkout/open.ts';
import type { Checkout, SourceTree } from '../checkout/types.ts';
import { generateSeries, type SeriesResult } from '../patch/series.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import { type RecipeItem, recipeItem } from '../recipe/item.ts';
import type { Context } from '../system/context.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { paramsOf, recipeFolders, refuseStrayParams } from './recipes.ts';
import type { RecipeOptions } from './run-options.ts';

/** The named recipes with their parameters. @throws UserError */
export async function seriesItems(names: readonly string[], options: RecipeOptions): Promise<readonly RecipeItem[]> {
  const items = await Promise.all(names.map((name) => itemOf(name, options)));
  const ids = items.map(({ recipe }) => recipe.recipe.id);
  refuseStrayParams(ids, options.param);
  return items;
}

/** A recipe with its parameters and files. @throws UserError */
export const itemOf = (name: string, { recipesDir, include, param }: RecipeOptions): Promise<RecipeItem> =>
  recipeItem(name, recipeFolders(recipesDir), (id) => paramsOf(id, param), include);

export async function seriesFor(
  names: readonly string[],
  options: RecipeOptions,
  ctx: Context,
): Promise<MadeSeries & { readonly checkout: Checkout }> {
  const items = await seriesItems(names, options);
  const checkout = await openCheckout(options.checkout, ctx);
  const tree = folderTree(checkout, ctx);
  const regenerate = options.regenerate
    ? (await import('../builds/regenerate.ts')).regenerator(checkout, ctx)
    : undefined;
  return { checkout, tree, series: await generateSeries(items, tree, undefined, regenerate) };
}

export interface MadeSeries {
  readonly tree: SourceTree;
  readonly series: readonly SeriesResult[];
}

export const patchesOf = ({ series }: Pick<MadeSeries, 'series'>): readonly GeneratedPatch[] =>
  series.flatMap(({ result }) => (result.verdict === 'applies' ? [result.patch] : []));

/** Says what came of each recipe: problems where they lie, warnings, the reason of a no. */
export function tellSeries(series: readonly SeriesResult[], checkout: Pick<Checkout, 'root'>, ctx: Context): void {
  const say = (severity: 'error' | 'warning', diagnostic: Diagnostic) =>
    ctx.emit({ type: 'diagnostic', severity, diagnostic });
  const place = { file: checkout.root };
  for (const { identity, result } of series) {
    const { id } = identity;
    switch (result.verdict) {
      case 'applies':
        for (const diagnostic of result.warnings) say('warning', diagnostic);
        if (result.patch.files.length === 0)
          ctx.emit({ type: 'message', level: 'info', text: configureOnly(result.patch) });
        break;
      case 'drifted':
      case 'conflict':
        for (const diagnostic of result.problems) say('error', diagnostic);
        break;
      case 'not-applicable':
        say('error', { code: 'patch/not-applicable', message: `${id} is not applicable: ${result.why}`, place });
        break;
      case 'already-applied':
        ctx.emit({ type: 'message', level: 'info', text: `${id} is already applied: ${result.why}` });
        break;
    }
  }
}

/** Of a patch without a file. */
const configureOnly = ({ recipe, buildOptions }: GeneratedPatch): string =>
  `${recipe.id} changes no file: \`run\` and \`build\` give configure ${buildOptions.join(' ')}`;

/** 0 when every recipe applies or is applied already; 1 when the answer is no for one. */
export function seriesExitCode(series: readonly SeriesResult[]): 0 | 1 {
  return series.every(({ result }) => result.verdict === 'applies' || result.verdict === 'already-applied') ? 0 : 1;
}
