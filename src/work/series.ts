// Not by the rooms' faces: those load the YAML parser, the schemas and the downloads, which take longer than a patch.
import { folderTree } from '../checkout/folder-tree.ts';
import { openCheckout } from '../checkout/open.ts';
import type { Checkout } from '../checkout/types.ts';
import type { CommandContext } from '../cli/frame.ts';
import { paramsOf, type RecipeOptions, refuseStrayParams } from '../cli/shared-run-options.ts';
import { generateSeries } from '../patch/index.ts';
import type { GenerateResult } from '../patch/types.ts';
import { findRecipe } from '../recipe/find.ts';
import { resolveParams } from '../recipe/params.ts';
import type { LoadedRecipe, Params } from '../recipe/types.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { recipeFolders } from './recipe-folders.ts';

export interface SeriesEntry {
  readonly recipe: LoadedRecipe;
  readonly params: Params;
  readonly result: GenerateResult;
}

/** The named recipes with their parameters. @throws UserError */
export async function seriesItems(
  names: readonly string[],
  options: RecipeOptions,
): Promise<readonly { readonly recipe: LoadedRecipe; readonly params: Params }[]> {
  const items = await Promise.all(
    names.map(async (name) => {
      const found = await findRecipe(name, recipeFolders(options.recipesDir));
      const recipe = options.include.length === 0 ? found : { ...found, include: options.include };
      return { recipe, params: resolveParams(recipe, paramsOf(recipe.recipe.id, options.param)) };
    }),
  );
  refuseStrayParams(
    items.map(({ recipe }) => recipe.recipe.id),
    options.param,
  );
  return items;
}

/** What the named recipes yield on the checkout, in their order. */
export async function seriesFor(
  names: readonly string[],
  options: RecipeOptions,
  ctx: CommandContext,
): Promise<{ readonly checkout: Checkout; readonly series: readonly SeriesEntry[] }> {
  const items = await seriesItems(names, options);
  const checkout = await openCheckout(options.checkout, ctx);
  const series = await generateSeries(items, folderTree(checkout, ctx));
  return { checkout, series };
}

/** Says what came of each recipe: problems where they lie, warnings, the reason of a no. */
export function tellSeries(
  series: readonly SeriesEntry[],
  checkout: Pick<Checkout, 'root'>,
  ctx: CommandContext,
): void {
  const say = (severity: 'error' | 'warning', diagnostic: Diagnostic) =>
    ctx.emit({ type: 'diagnostic', severity, diagnostic });
  for (const { recipe, result } of series) {
    switch (result.verdict) {
      case 'applies':
        for (const diagnostic of result.warnings) say('warning', diagnostic);
        break;
      case 'drifted':
      case 'conflict':
        for (const diagnostic of result.problems) say('error', diagnostic);
        break;
      case 'not-applicable':
        say('error', {
          code: 'patch/not-applicable',
          message: `${recipe.recipe.id} is not applicable: ${result.why}`,
          place: { file: checkout.root },
        });
        break;
      case 'already-applied':
        ctx.emit({ type: 'message', level: 'info', text: `${recipe.recipe.id} is already applied: ${result.why}` });
        break;
    }
  }
}

/** 0 when every recipe applies or is applied already; 1 when the answer is no for one. */
export function seriesExitCode(series: readonly SeriesEntry[]): 0 | 1 {
  return series.every(({ result }) => result.verdict === 'applies' || result.verdict === 'already-applied') ? 0 : 1;
}
