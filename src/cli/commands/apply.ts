import type { Command } from 'commander';
import type { GeneratedPatch } from '../../patch/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { holding } from '../../system/held.ts';
import { type OptionTable, option, type ValuesOf } from '../../work/options.ts';
import { RECIPE_OPTIONS, type RecipeOptions } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

const OPTIONS = {
  check: option('--check', 'only say whether it would apply'),
  reverse: option('--reverse', 'take the recipes’ changes out again (of a checkout that has them)'),
  commit: option('--commit', 'commit each recipe with git'),
} as const satisfies OptionTable;

type ApplyOptions = SharedOptions & RecipeOptions & ValuesOf<typeof OPTIONS>;

export function register(program: Command): void {
  withShared(
    program
      .command('apply')
      .summary('change the checkout: all or nothing')
      .description('Generate the patch for a checkout and apply it there. Every file is changed, or none.')
      .argument('<recipe...>', 'recipes, by name or file, applied in this order'),
    RECIPE_OPTIONS,
    OPTIONS,
  )
    .addHelpText('after', '\nExample:\n  $ forkwright apply remove-zombieframe --checkout ../cpython --commit')
    .action((recipes: string[], options: ApplyOptions) =>
      execute('apply', options, (ctx) => (options.reverse ? reverse : apply)(recipes, options, ctx)),
    );
}

async function apply(recipes: readonly string[], options: ApplyOptions, ctx: CommandContext): Promise<Outcome> {
  const { patchesOf, seriesExitCode, seriesFor, tellSeries } = await import('../../work/series.ts');
  const { applyPatches, commitPatches } = await import('../../patch/index.ts');
  const { checkout, series } = await seriesFor(recipes, options, ctx);
  tellSeries(series, checkout, ctx);
  const patches = patchesOf({ series });
  const data = {
    checkout: checkout.root,
    verdicts: series.map(({ recipe, result }) => ({ recipe: recipe.recipe.id, verdict: result.verdict })),
  };
  if (seriesExitCode(series) === 1) return { exitCode: 1, data, text: '' };
  if (patches.length === 0) return { exitCode: 0, data, text: 'nothing to do' };
  if (options.check) return { exitCode: 0, data, text: told(patches, 'would apply') };
  const { rememberApplied } = await import('../../work/applied.ts');
  await holding(async () => {
    if (options.commit) await commitPatches(checkout.root, patches, ctx);
    else await applyPatches(checkout.root, patches);
    await rememberApplied(checkout, patches, ctx);
  });
  return {
    exitCode: 0,
    written: true,
    data,
    text: told(patches, options.commit ? 'applied and committed' : 'applied'),
  };
}

async function reverse(recipes: readonly string[], options: ApplyOptions, ctx: CommandContext): Promise<Outcome> {
  if (options.commit) {
    throw new UserError({
      code: 'cli/usage',
      message: '--reverse and --commit do not go together',
      hint: 'use `git revert` for a commit',
    });
  }
  const { seriesItems } = await import('../../work/series.ts');
  const { appliedPatches } = await import('../../work/applied.ts');
  const { openCheckout } = await import('../../checkout/index.ts');
  const { applyPatches } = await import('../../patch/index.ts');
  const items = await seriesItems(recipes, options);
  const checkout = await openCheckout(options.checkout, ctx);
  const patches = await appliedPatches(checkout, items, ctx);
  await applyPatches(checkout.root, patches, { reverse: true, check: options.check });
  const data = { checkout: checkout.root, reversed: patches.map((patch) => patch.recipe.id) };
  return { exitCode: 0, written: true, data, text: told(patches, options.check ? 'would be taken out' : 'taken out') };
}

function told(patches: readonly GeneratedPatch[], done: string): string {
  const line = ({ recipe, files, insertions, deletions }: GeneratedPatch) =>
    `${recipe.id} (${files.length} file${files.length === 1 ? '' : 's'}, +${insertions} −${deletions}): ${done}`;
  return patches.map(line).join('\n');
}
