import type { Command } from 'commander';
import type { GeneratedPatch } from '../../patch/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions } from '../frame.ts';
import { type RecipeOptions, withRecipes } from '../shared-run-options.ts';

interface ApplyOptions extends SharedOptions, RecipeOptions {
  readonly check?: boolean;
  readonly reverse?: boolean;
  readonly commit?: boolean;
}

export function register(program: Command): void {
  withRecipes(
    program
      .command('apply')
      .summary('change the checkout: all or nothing')
      .description('Generate the patch for a checkout and apply it there. Every file is changed, or none.')
      .argument('<recipe...>', 'recipes, by name or file, applied in this order'),
  )
    .option('--check', 'only say whether it would apply')
    .option('--reverse', 'take the recipes’ changes out again (of a checkout that has them)')
    .option('--commit', 'commit each recipe with git')
    .addHelpText('after', '\nExample:\n  $ forkwright apply remove-zombieframe --checkout ../cpython --commit')
    .action((recipes: string[], options: ApplyOptions) =>
      execute('apply', options, (ctx) => apply(recipes, options, ctx)),
    );
}

async function apply(recipes: readonly string[], options: ApplyOptions, ctx: CommandContext): Promise<Outcome> {
  if (options.reverse && options.commit) {
    throw new UserError({
      code: 'cli/usage',
      message: '--reverse and --commit do not go together',
      hint: 'use `git revert` for a commit',
    });
  }
  if (options.reverse) return reverse(recipes, options, ctx);
  const { seriesExitCode, seriesFor, tellSeries } = await import('../../work/series.ts');
  const { applyPatches, commitPatches } = await import('../../patch/index.ts');
  const { checkout, series } = await seriesFor(recipes, options, ctx);
  tellSeries(series, checkout, ctx);
  const patches = series.flatMap(({ result }) => (result.verdict === 'applies' ? [result.patch] : []));
  const data = {
    checkout: checkout.root,
    verdicts: series.map(({ recipe, result }) => ({ recipe: recipe.recipe.id, verdict: result.verdict })),
  };
  if (seriesExitCode(series) === 1) return { exitCode: 1, data, text: '' };
  if (patches.length === 0) return { exitCode: 0, data, text: 'nothing to do' };
  if (options.check)
    return { exitCode: 0, data, text: patches.map((patch) => `${summary(patch)}: would apply`).join('\n') };
  const { rememberApplied } = await import('../../work/applied.ts');
  if (options.commit) await commitPatches(checkout.root, patches, ctx);
  else await applyPatches(checkout.root, patches);
  await rememberApplied(checkout, patches, ctx);
  const done = options.commit ? 'applied and committed' : 'applied';
  return { exitCode: 0, data, text: patches.map((patch) => `${summary(patch)}: ${done}`).join('\n') };
}

async function reverse(recipes: readonly string[], options: ApplyOptions, ctx: CommandContext): Promise<Outcome> {
  const { seriesItems } = await import('../../work/series.ts');
  const { appliedPatches } = await import('../../work/applied.ts');
  const { openCheckout } = await import('../../checkout/index.ts');
  const { applyPatches } = await import('../../patch/index.ts');
  const items = await seriesItems(recipes, options);
  const checkout = await openCheckout(options.checkout, ctx);
  const patches = await appliedPatches(checkout, items, ctx);
  await applyPatches(checkout.root, patches, { reverse: true, check: options.check });
  const done = options.check ? 'would be taken out' : 'taken out';
  const data = { checkout: checkout.root, reversed: patches.map((patch) => patch.recipe.id) };
  return { exitCode: 0, data, text: patches.map((patch) => `${summary(patch)}: ${done}`).join('\n') };
}

const summary = (patch: GeneratedPatch) =>
  `${patch.recipe.id} (${patch.files.length} file${patch.files.length === 1 ? '' : 's'}, +${patch.insertions} −${patch.deletions})`;
