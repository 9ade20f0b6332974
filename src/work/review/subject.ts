import type { Checkout } from '../../checkout/types.ts';
import { describeBase, generateSeries } from '../../patch/index.ts';
import type { CheckInput } from '../../review/checks/index.ts';
import type { CheckoutFacts } from '../../review/facts.ts';
import type { Proofs } from '../../review/model/evidence.ts';
import { reviewOfPatch, reviewOfResult } from '../../review/model/from-series.ts';
import type { ReviewPatch } from '../../review/types.ts';
import type { Context } from '../../system/context.ts';
import type { RecipeOptions } from '../run-options.ts';
import { type MadeSeries, patchesOf, seriesItems } from '../series.ts';
import { treesAt } from '../trees.ts';

/** Recipes on a tree: what is to be reviewed, and what it was made from. */
export interface GeneratedSubject extends MadeSeries {
  /** The folder; absent for a ref of a repository. */
  readonly checkout?: Checkout | undefined;
}

/** The recipes on refs of the checkout's repository, whose work tree is not touched. @throws UserError */
export async function onRefs(
  recipes: readonly string[],
  refs: readonly string[],
  options: RecipeOptions,
  ctx: Context,
): Promise<readonly GeneratedSubject[]> {
  const items = await seriesItems(recipes, options);
  const out: GeneratedSubject[] = [];
  for (const tree of await treesAt(options.checkout, refs, ctx)) {
    out.push({ tree, series: await generateSeries(items, tree) });
  }
  return out;
}

/** What the checks look at of them. */
export function checkedPatches(subject: GeneratedSubject): Pick<CheckInput, 'patches' | 'reviewed' | 'generated'> {
  const patches = patchesOf(subject);
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
