import { regenerator } from '../builds/regenerate.ts';
import { openCheckout } from '../checkout/open.ts';
import type { SourceTree } from '../checkout/types.ts';
import {
  checkShipped,
  memoisedGenerate,
  type PatchHeader,
  type ShippedFolder,
  type ShippedResult,
} from '../patch/index.ts';
import { recipeItem } from '../recipe/item.ts';
import { isCurrent } from '../review/model/evidence.ts';
import type { ReviewPatch } from '../review/types.ts';
import type { Context } from '../system/context.ts';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { recipeFolders } from './recipes.ts';
import type { RecipeOptions } from './run-options.ts';
import { treesOf } from './trees.ts';

type Where = Pick<RecipeOptions, 'checkout' | 'recipesDir' | 'regenerate'> & { readonly ref: readonly string[] };

interface Compared {
  readonly tree: SourceTree;
  readonly result: ShippedResult;
  /** `not-done`: it is for another version. */
  readonly state: 'passed' | 'failed' | 'not-done';
  /** What to say of it: problems where it failed, a remark where it was not compared. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compares committed patches with what their recipes yield now: on the checkout, or on refs of its repository. Each is
 * compared on the trees of the Python version that its header names.
 * @throws UserError when there is nothing to compare, so that a check that checks nothing does not pass.
 */
export async function compareWithRecipes(
  folders: readonly ShippedFolder[],
  { checkout, ref, recipesDir, regenerate }: Where,
  ctx: Context,
): Promise<readonly Compared[]> {
  const trees = await treesOf(checkout, ref, ctx);
  // Of the checkout as it is: not of its refs.
  const remake = regenerate && ref.length === 0 ? regenerator(await openCheckout(checkout, ctx), ctx) : undefined;
  const generate = memoisedGenerate();
  const itemFor = ({ recipe: { id }, params, include }: PatchHeader) =>
    recipeItem(id, recipeFolders(recipesDir), params, include);
  const all: Compared[] = [];
  for (const tree of trees) {
    for (const folder of folders) {
      for (const result of await checkShipped(folder, tree, itemFor, generate, remake)) {
        const { verdict } = result;
        const state = verdict === 'equal' ? 'passed' : verdict === 'other-version' ? 'not-done' : 'failed';
        all.push({ tree, result, state, diagnostics: told(result, tree) });
      }
    }
  }
  if (all.some(({ state }) => state !== 'not-done')) return all;
  const have = [...new Set(trees.map((tree) => tree.version.text))].join(', ');
  const wanted = new Set(all.flatMap(({ result }) => ('pythonVersion' in result ? [result.pythonVersion] : [])));
  throw new UserError({
    code: 'cli/nothing-to-check',
    message:
      wanted.size === 0
        ? 'there is no patch to compare'
        : `the patches are for Python ${[...wanted].join(', ')}, and the tree is ${have}`,
    place: { file: checkout },
    hint: 'name a checkout of that version with --checkout, or with --ref one of its repository',
  });
}

function told(result: ShippedResult, tree: SourceTree): readonly Diagnostic[] {
  const common = { code: 'review/not-current', place: { file: result.file } };
  switch (result.verdict) {
    case 'equal':
      return [];
    case 'unusable':
      return result.problems;
    case 'other-version': {
      const message = `not compared, for it is for Python ${result.pythonVersion}, and the checkout is ${tree.version.text}`;
      return [{ ...common, code: 'review/other-version', message }];
    }
    case 'differs':
      return [
        {
          ...common,
          message: `not what its recipe yields on ${tree.label} any more`,
          detail: result.interdiff.trimEnd().split('\n'),
          hint: 'generate it again with `forkwright generate`, and review what changed with --against',
        },
      ];
    case 'no-patch': {
      const made = result.result.result;
      const why = 'why' in made ? made.why : 'problems' in made ? made.problems[0]?.message : undefined;
      const message = `its recipe yields no patch on ${tree.label}: ${made.verdict.replaceAll('-', ' ')}${why === undefined ? '' : `: ${why}`}`;
      const hint = 'the patch is of another state of the sources, or of the recipe: generate it again';
      return [{ ...common, message, hint }];
    }
  }
}

export async function markCurrent(
  folders: readonly ShippedFolder[],
  patches: readonly ReviewPatch[],
  where: Where,
  ctx: Context,
): Promise<{ readonly current: boolean; readonly patches: readonly ReviewPatch[] }> {
  const compared = await compareWithRecipes(folders, where, ctx);
  const of = new Map(compared.map((one) => [one.result.file, one]));
  return {
    current: compared.every(({ state }) => state !== 'failed'),
    patches: patches.map((patch) => {
      const one = of.get(patch.file ?? '');
      if (one === undefined) return patch;
      const { state, tree, diagnostics } = one;
      return {
        ...patch,
        evidence: [...patch.evidence, isCurrent(state, tree.label)],
        problems: state === 'failed' ? diagnostics : [],
        warnings: state === 'not-done' ? diagnostics : patch.warnings,
      };
    }),
  };
}
