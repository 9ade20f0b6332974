import path from 'node:path';
import type { GeneratedPatch } from '../../patch/types.ts';
import { holding } from '../../system/held.ts';
import { option, usage } from '../../work/options.ts';
import { RECIPE_OPTIONS, REGENERATE_OPTION } from '../../work/run-options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'apply',
  summary: 'change the checkout: all or nothing',
  description: 'Generate the patch for a checkout and apply it there. Every file is changed, or none.',
  args: { '[recipe...]': 'recipes, by name or file, applied in this order' },
  options: {
    ...RECIPE_OPTIONS,
    ...REGENERATE_OPTION,
    check: option('--check', 'only say whether it would apply'),
    reverse: option('--reverse', 'take the recipes’ changes out again (of a checkout that has them)'),
    commit: option('--commit', 'commit each recipe with git'),
    recover: option('--recover', 'only put back what an interrupted apply left half done'),
  },
  help: '\nExample:\n  $ forkwright apply remove-zombieframe --checkout ../cpython --commit',
  async run(recipes, { reverse, commit, check, recover, ...options }, ctx) {
    const { patchesOf, seriesExitCode, seriesFor, seriesItems, tellSeries } = await import('../../work/series.ts');
    const { appliedPatches, rememberApplied } = await import('../../work/applied.ts');
    const { applyPatches, commitPatches, recoverApply } = await import('../../patch/index.ts');
    if (recipes.length === 0 && recover !== true)
      throw usage('missing required argument: a recipe', 'forkwright apply RECIPE… --checkout DIR');
    const root = path.resolve(options.checkout);
    const back = check ? [] : await recoverApply(root, ctx);
    const putBack = `put back what an interrupted apply had changed: ${back.join(', ')}`;
    if (recover) {
      const text = back.length === 0 ? 'nothing to put back' : putBack;
      return { exitCode: 0, written: back.length > 0, data: { checkout: root, back }, text };
    }
    if (back.length > 0) ctx.emit({ type: 'message', level: 'warning', text: putBack });
    if (reverse) {
      if (commit) throw usage('--reverse and --commit do not go together', 'use `git revert` for a commit');
      const { openCheckout } = await import('../../checkout/index.ts');
      const items = await seriesItems(recipes, options);
      const checkout = await openCheckout(options.checkout, ctx);
      const patches = await appliedPatches(checkout, items, ctx);
      await applyPatches(checkout.root, patches, { reverse: true, check });
      const data = { checkout: checkout.root, reversed: patches.map((patch) => patch.recipe.id) };
      return { exitCode: 0, written: true, data, text: told(patches, check ? 'would be taken out' : 'taken out') };
    }
    const { checkout, series } = await seriesFor(recipes, options, ctx);
    tellSeries(series, checkout, ctx);
    const patches = patchesOf({ series }).filter(({ files }) => files.length > 0);
    const verdicts = series.map(({ identity, result }) => ({ recipe: identity.id, verdict: result.verdict }));
    const data = { checkout: checkout.root, verdicts };
    if (seriesExitCode(series) === 1) return { exitCode: 1, data, text: '' };
    if (patches.length === 0) return { exitCode: 0, data, text: 'nothing to do' };
    if (check) return { exitCode: 0, data, text: told(patches, 'would apply') };
    await holding(async () => {
      if (commit) await commitPatches(checkout.root, patches, ctx);
      else await applyPatches(checkout.root, patches);
      await rememberApplied(checkout, patches, ctx).catch((error: Error) => {
        const text = `the patch is there, but could not be remembered (${error.message}): --reverse needs git`;
        ctx.emit({ type: 'message', level: 'warning', text });
      });
    });
    return { exitCode: 0, written: true, data, text: told(patches, commit ? 'applied and committed' : 'applied') };
  },
});

function told(patches: readonly GeneratedPatch[], done: string): string {
  const line = ({ recipe, files, insertions, deletions }: GeneratedPatch) =>
    `${recipe.id} (${files.length} file${files.length === 1 ? '' : 's'}, +${insertions} −${deletions}): ${done}`;
  return patches.map(line).join('\n');
}
