import type { Found } from '../builds/found.ts';
import { regenerator } from '../builds/regenerate.ts';
import { type Settings, unknownOptions, writeSettings } from '../change/settings.ts';
import { type Checkout, folderTree, openCheckout } from '../checkout/index.ts';
import type { SourceTree } from '../checkout/types.ts';
import { generateSeries, type SeriesItem, type SeriesResult } from '../patch/series.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { forVersion } from '../targets/for-version.ts';
import { targetFor } from '../targets/resolve.ts';
import { runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import type { AskedSide } from './asked.ts';
import { openInterpreter, refuseBuildSettings, refuseMajors, refuseTargets, refuseUnlike } from './interpreter-side.ts';
import type { RunRequest } from './request.ts';

/** One side of a run, looked up once. */
export interface PreparedSide {
  /** As the user wrote it, where sides were compared. */
  readonly name?: string | undefined;
  readonly checkout: Checkout;
  /** The checkout as it was first seen: what the patches are made from, and reviewed on. */
  readonly tree: SourceTree;
  readonly items: readonly SeriesItem[];
  readonly series: readonly SeriesResult[];
  readonly settings?: Settings | undefined;
  /** An interpreter that was built elsewhere: nothing of this side is built. */
  readonly found?: Found | undefined;
  /** As they are for the checkout's version. */
  readonly targets: readonly TargetDescriptor[];
}

/** What a request names, and its series: everything that a run is made of, and nothing written yet. The patched side's, but for `baseline`. */
export interface PreparedRun extends PreparedSide {
  readonly request: RunRequest;
  readonly baseline: PreparedSide;
  readonly recipeFolders: readonly string[];
  /** How long it took to open the checkouts and to make the series, milliseconds. */
  readonly timesMs: Readonly<Record<'checkout' | 'patch', number>>;
}

/**
 * Looks up what a request names, and makes its series: what is wrong is said before a folder is made for it.
 * @param items the changes of the patched side, in their order; of the baseline, where the request has sides.
 * @param refuse called with the targets before anything costs time; may throw.
 * @throws UserError
 */
export async function prepareRun(
  request: RunRequest,
  items: { readonly patched: readonly SeriesItem[]; readonly baseline?: readonly SeriesItem[] },
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
  const timesMs = { checkout: 0, patch: 0 };
  const open = async (dir: string, side?: AskedSide) => {
    const began = performance.now();
    const opened = side?.interpreter === undefined ? await openTree(dir, ctx) : await openInterpreter(side, ctx);
    timesMs.checkout += performance.now() - began;
    return { ...opened, targets: asked.map((one) => forVersion(one, opened.checkout.version)) };
  };
  // While nothing is held yet: it computes for long where the patch is long.
  const make = async (own: readonly SeriesItem[], { tree, checkout }: Pick<PreparedSide, 'tree' | 'checkout'>) => {
    const began = performance.now();
    const series = await generateSeries(own, tree, undefined, regenerator(checkout, ctx));
    timesMs.patch += performance.now() - began;
    return { items: own, series };
  };
  const first = await open(request.checkout, request.sides?.[0]);
  if (request.sides === undefined) {
    const baseline = { ...first, items: [], series: [] };
    return { request, recipeFolders, ...first, baseline, ...(await make(items.patched, first)), timesMs };
  }
  const [a, b] = request.sides;
  const second = b.checkout === a.checkout ? first : await open(b.checkout, b);
  const known = async ({ name, settings }: typeof a, { tree, checkout, found }: typeof first) => {
    if (found !== undefined) {
      refuseTargets(name, asked);
      refuseBuildSettings(name, settings);
      return { name, settings };
    }
    const configure = (await tree.read('configure'))?.text ?? '';
    const [unknown] = unknownOptions(settings.configure, configure);
    if (unknown === undefined) return { name, settings };
    throw new UserError({
      code: 'run/unknown-option',
      message: `${name}: the configure of CPython ${checkout.version.text} does not know ${unknown}`,
      place: { file: checkout.root },
      hint: 'correct it (`./configure --help` lists them), or name a version that has it',
    });
  };
  const baseline = { ...first, ...(await known(a, first)), ...(await make(items.baseline ?? [], first)) };
  const patched = { ...second, ...(await known(b, second)), ...(await make(items.patched, second)) };
  refuseEqual(baseline, patched, a.name, b.name);
  refusePorts(baseline, patched);
  refuseMajors(request, [baseline, patched]);
  const both = [baseline.found, patched.found].flatMap((found) => found?.build ?? []);
  await refuseUnlike(both, [a.name, b.name], ctx);
  return { request, recipeFolders, ...patched, baseline, timesMs };
}

async function openTree(dir: string, ctx: Context) {
  const checkout = await openCheckout(dir, ctx);
  return { checkout, tree: folderTree(checkout, ctx), found: undefined };
}

/**
 * @throws UserError for a target that needs a port, where the sides are not the same but for the patched one's changes: the
 * port is made once, for both.
 */
function refusePorts(a: PreparedSide, b: PreparedSide): void {
  const target = [...a.targets, ...b.targets].find(({ recipes }) => recipes !== undefined && recipes.length > 0);
  if (target === undefined || (a.checkout === b.checkout && a.series.length === 0)) return;
  throw new UserError({
    code: 'run/port-of-sides',
    message: `the target ${target.name} needs changes of the sources (${target.recipes?.join(', ')}), which are made for one tree`,
    hint: 'compare these sides on another target, or each of them with its own baseline by `forkwright run`',
  });
}

/** @throws UserError for sides between which there is nothing to compare. */
function refuseEqual(a: PreparedSide, b: PreparedSide, ...names: readonly [string, string]): void {
  const of = ({ checkout, series, settings }: PreparedSide) =>
    JSON.stringify([
      checkout.base.treeHash,
      series.map(({ result }) => (result.verdict === 'applies' ? result.patch.sha256 : '')),
      settings && writeSettings(settings),
    ]);
  if (of(a) !== of(b)) return;
  throw new UserError({
    code: 'run/equal-sides',
    message: `${names[0]} and ${names[1]} are the same: ${a.found === undefined ? 'sources, changes' : 'program, library'} and settings`,
    hint: 'how much two equal sides seem to differ says `forkwright bench --self-test`',
  });
}
