import { folderTree, gitTrees, openCheckout } from '../../checkout/index.ts';
import type { Checkout, SourceTree } from '../../checkout/types.ts';
import type { CommandContext } from '../../cli/frame.ts';
import type { RecipeOptions } from '../../cli/shared-run-options.ts';
import { describeBase, generateSeries } from '../../patch/index.ts';
import type { SeriesResult } from '../../patch/series.ts';
import type { GeneratedPatch } from '../../patch/types.ts';
import type { CheckInput } from '../../review/checks/index.ts';
import type { CheckoutFacts } from '../../review/facts.ts';
import type { Proofs } from '../../review/model/evidence.ts';
import { reviewOfPatch, reviewOfResult } from '../../review/model/from-series.ts';
import type { ReviewPatch } from '../../review/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { seriesItems } from '../series.ts';

/** Recipes on a tree: what is to be reviewed, and what it was made from. */
export interface GeneratedSubject {
  readonly tree: SourceTree;
  /** The folder; absent for a ref of a repository. */
  readonly checkout?: Checkout | undefined;
  readonly series: readonly SeriesResult[];
}

/** The recipes on the checkout as it is. @throws UserError */
export async function onCheckout(
  recipes: readonly string[],
  options: RecipeOptions,
  ctx: CommandContext,
): Promise<GeneratedSubject> {
  const items = await seriesItems(recipes, options);
  const checkout = await openCheckout(options.checkout, ctx);
  const tree = folderTree(checkout, ctx);
  return { tree, checkout, series: await generateSeries(items, tree) };
}

/** The recipes on refs of the checkout's repository, whose work tree is not touched. @throws UserError */
export async function onRefs(
  recipes: readonly string[],
  refs: readonly string[],
  options: RecipeOptions,
  ctx: CommandContext,
): Promise<readonly GeneratedSubject[]> {
  const items = await seriesItems(recipes, options);
  const results = await gitTrees(options.checkout, refs, ctx);
  const problems = results.flatMap((result) => ('problem' in result ? [result.problem] : []));
  if (problems.length > 0) throw new UserError(problems);
  const out: GeneratedSubject[] = [];
  for (const result of results) {
    if ('tree' in result) out.push({ tree: result.tree, series: await generateSeries(items, result.tree) });
  }
  return out;
}

export const generatedPatches = ({ series }: GeneratedSubject): readonly GeneratedPatch[] =>
  series.flatMap(({ result }) => (result.verdict === 'applies' ? [result.patch] : []));

/** What the checks look at of them. */
export function checkedPatches(subject: GeneratedSubject): Pick<CheckInput, 'patches' | 'reviewed' | 'generated'> {
  const patches = generatedPatches(subject);
  return { patches, generated: true, reviewed: patches.map((patch) => ({ files: reviewOfPatch(patch) })) };
}

export function reviewPatches({ series }: GeneratedSubject, proofs: Proofs = {}): readonly ReviewPatch[] {
  return series.map((made) => reviewOfResult(made, proofs));
}

export function checkoutFacts({ tree, checkout }: GeneratedSubject): CheckoutFacts {
  return {
    label: checkout === undefined ? tree.label : `${checkout.flavour.name} ${tree.version.text}`,
    pythonVersion: tree.version.text,
    base: describeBase(tree.base),
  };
}

/** `remove-zombieframe on 3.9.2`, of several recipes their number. */
export function titleOf(subject: GeneratedSubject): string {
  const ids = subject.series.map(({ recipe }) => recipe.recipe.id);
  const what = ids.length <= 3 ? ids.join(', ') : `${ids.length} recipes`;
  return `${what} on CPython ${subject.tree.version.text}`;
}
