import type { Checkout } from '../../checkout/types.ts';
import { describeBase } from '../../patch/index.ts';
import type { Proofs } from '../../review/model/evidence.ts';
import { reviewOfPatch, reviewOfResult } from '../../review/model/from-series.ts';
import type { CheckoutFacts, Review } from '../../review/types.ts';
import type { Context } from '../../system/context.ts';
import { type MadeSeries, patchesOf } from '../series.ts';
import type { RunFacts } from './run-facts.ts';

/** Recipes on a tree: what is to be reviewed, and what it was made from. */
export interface GeneratedSubject extends MadeSeries {
  /** The folder; absent for a ref of a repository. */
  readonly checkout?: Checkout | undefined;
}

/** The review of recipes on a tree: their patches with the evidence, and what the checks find. */
export async function reviewOfSubject(
  subject: GeneratedSubject,
  syntax: Proofs['syntax'],
  facts: RunFacts | undefined,
  ctx: Context,
): Promise<Review> {
  const { series, tree } = subject;
  const patches = patchesOf(subject);
  const ids = series.map(({ identity }) => identity.id);
  const what =
    ids.length <= 3
      ? ids.join(', ')
      : `${ids.length} ${series.every(({ recipe }) => recipe !== undefined) ? 'recipes' : 'changes'}`;
  const reviewed = patches.map((patch) => ({ files: reviewOfPatch(patch) }));
  const input = {
    patches,
    generated: series.every(({ recipe }) => recipe !== undefined),
    reviewed,
    tree,
    syntax,
    builds: facts?.builds,
  };
  const { runChecks } = await import('../../review/checks/index.ts');
  return {
    schemaVersion: 1,
    title: `${what} on CPython ${tree.version.text}`,
    checkout: checkoutFacts(subject),
    patches: series.map((made) => reviewOfResult(made, { syntax, ...facts?.proofs })),
    checks: patches.length === 0 ? [] : await runChecks(input, ctx),
    run: facts?.run,
  };
}

export const checkoutFacts = ({ tree, checkout }: Pick<GeneratedSubject, 'tree' | 'checkout'>): CheckoutFacts => ({
  label: checkout === undefined ? tree.label : `${checkout.flavour.name} ${tree.version.text}`,
  pythonVersion: tree.version.text,
  base: describeBase(tree.base),
});
