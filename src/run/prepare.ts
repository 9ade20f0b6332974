import { regenerator } from '../builds/regenerate.ts';
import { type Checkout, folderTree, openCheckout } from '../checkout/index.ts';
import type { SourceTree } from '../checkout/types.ts';
import { generateSeries, type SeriesItem, type SeriesResult } from '../patch/series.ts';
import type { Context } from '../system/context.ts';
import { forVersion } from '../targets/for-version.ts';
import { targetFor } from '../targets/resolve.ts';
import { runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import type { RunRequest } from './request.ts';

/** What a request names, looked up once, and its series: everything that a run is made of, and nothing written yet. */
export interface PreparedRun {
  readonly request: RunRequest;
  readonly recipeFolders: readonly string[];
  readonly items: readonly SeriesItem[];
  /** As they are for the checkout's version. */
  readonly targets: readonly TargetDescriptor[];
  readonly checkout: Checkout;
  /** The checkout as it was first seen: what the patches are made from, and reviewed on. */
  readonly tree: SourceTree;
  readonly series: readonly SeriesResult[];
  /** How long it took to open the checkout and to generate the series, milliseconds. */
  readonly timesMs: Readonly<Record<'checkout' | 'patch', number>>;
}

/**
 * Looks up what a request names, and generates its series: what is wrong is said before a folder is made for it.
 * @param items the changes that are asked for, in their order.
 * @param refuse called with the targets before anything costs time; may throw.
 * @throws UserError
 */
export async function prepareRun(
  request: RunRequest,
  items: readonly SeriesItem[],
  recipeFolders: readonly string[],
  ctx: Context,
  refuse: (targets: readonly TargetDescriptor[]) => void = () => {},
): Promise<PreparedRun> {
  const asked = await Promise.all(request.targets.map((name) => targetFor(name, ctx, request)));
  refuse(asked);
  for (const target of asked) {
    const runner = runnerFor(target);
    if (runner.remote) await runner.prepare?.(undefined, ctx);
  }
  const began = performance.now();
  const checkout = await openCheckout(request.checkout, ctx);
  const opened = performance.now();
  const targets = asked.map((target) => forVersion(target, checkout.version));
  const tree = folderTree(checkout, ctx);
  // While nothing is held yet: it computes for long where the patch is long.
  const series = await generateSeries(items, tree, undefined, regenerator(checkout, ctx));
  const timesMs = { checkout: opened - began, patch: performance.now() - opened };
  return { request, recipeFolders, items, targets, checkout, tree, series, timesMs };
}
