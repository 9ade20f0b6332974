import { folderTree, openCheckout } from '../../checkout/index.ts';
import type { CommandContext } from '../../cli/frame.ts';
import type { RecipeOptions } from '../../cli/shared-run-options.ts';
import { checkShipped, memoisedGenerate, type PatchHeader, type ShippedFolder } from '../../patch/index.ts';
import { findRecipe, resolveParams } from '../../recipe/index.ts';
import { isCurrent } from '../../review/model/evidence.ts';
import type { ReviewEvidence, ReviewPatch } from '../../review/types.ts';
import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { recipeFolders } from '../recipe-folders.ts';

/**
 * Compares committed patches with what their recipes yield on the checkout now, and says of each that differs what, as
 * a problem of the patch; of those for another version, that they were not compared.
 * @throws UserError when there is nothing to compare, so that a check that checks nothing does not pass.
 */
export async function checkCurrent(
  folders: readonly ShippedFolder[],
  patches: readonly ReviewPatch[],
  options: RecipeOptions,
  ctx: CommandContext,
): Promise<{ readonly current: boolean; readonly patches: readonly ReviewPatch[] }> {
  const tree = folderTree(await openCheckout(options.checkout, ctx), ctx);
  const generate = memoisedGenerate();
  const itemFor = async ({ recipe: { id }, params, include }: PatchHeader) => {
    const found = await findRecipe(id, recipeFolders(options.recipesDir));
    const recipe = include.length === 0 ? found : { ...found, include };
    return { recipe, params: resolveParams(recipe, params) };
  };
  const problems = new Map<string, readonly Diagnostic[]>();
  const warnings = new Map<string, readonly Diagnostic[]>();
  const evidence = new Map<string, ReviewEvidence>();
  let compared = 0;
  for (const folder of folders) {
    for (const result of await checkShipped(folder, tree, itemFor, generate)) {
      const place = { file: result.file };
      const passed = result.verdict === 'equal' ? 'passed' : result.verdict === 'other-version' ? 'not-done' : 'failed';
      evidence.set(result.file, isCurrent(passed, tree.label));
      switch (result.verdict) {
        case 'equal':
          compared++;
          break;
        case 'other-version': {
          const message = `not compared, for it is for Python ${result.pythonVersion}, and the checkout is ${tree.version.text}`;
          warnings.set(result.file, [{ code: 'review/other-version', message, place }]);
          break;
        }
        case 'differs':
          compared++;
          problems.set(result.file, [
            {
              code: 'review/not-current',
              message: `not what its recipe yields on ${tree.label} any more`,
              place,
              detail: result.interdiff.trimEnd().split('\n'),
              hint: 'generate it again with `forkwright generate`, and review what changed with --against',
            },
          ]);
          break;
        case 'no-patch': {
          compared++;
          const made = result.result.result;
          const why = 'why' in made ? made.why : 'problems' in made ? made.problems[0]?.message : undefined;
          problems.set(result.file, [
            {
              code: 'review/not-current',
              message: `its recipe yields no patch on ${tree.label}: ${made.verdict.replaceAll('-', ' ')}${why === undefined ? '' : `: ${why}`}`,
              place,
              hint: 'the patch is of another state of the sources, or of the recipe: generate it again',
            },
          ]);
          break;
        }
        case 'unusable':
          compared++;
          problems.set(result.file, result.problems);
          break;
      }
    }
  }
  if (compared === 0) throw nothingToCompare(tree.version.text, options.checkout);
  return {
    current: problems.size === 0,
    patches: patches.map((patch) => ({
      ...patch,
      evidence: [...patch.evidence, ...[evidence.get(patch.file ?? '') ?? []].flat()],
      problems: problems.get(patch.file ?? '') ?? [],
      warnings: warnings.get(patch.file ?? '') ?? [],
    })),
  };
}

function nothingToCompare(version: string, checkout: string): UserError {
  return new UserError({
    code: 'review/nothing-to-check',
    message: `none of these patches is for Python ${version}, which the checkout is`,
    place: { file: checkout },
    hint: 'name a checkout of their version with --checkout',
  });
}
