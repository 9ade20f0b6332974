import { epochOf } from '../checkout/make-tree.ts';
import type { Checkout } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { usableCpus } from '../system/cpus.ts';
import { runStep } from '../system/events.ts';
import { withFileProblems } from '../system/files.ts';
import { byCodeUnit, canonicalJson } from '../system/hash.ts';
import { checkCompiler, findToolchain } from '../targets/toolchain.ts';
import type { Toolchain } from '../targets/types.ts';
import { makeBuild, type Planning } from './driver.ts';
import { driverOf } from './drivers.ts';
import { rounds, type Share } from './schedule.ts';
import { findBuild, findOrFetchBuild, withEntryLock } from './store.ts';
import type { Build, BuildFailure, BuildOutcome, BuildPlan, BuildRequest } from './types.ts';

export interface BuildAllOptions {
  readonly parent?: string | undefined;
  /** The target for which a build python is made: its step is told from those of the target host. */
  readonly buildPythonFor?: string | undefined;
}

/**
 * Makes the builds that the store does not have, as many at once as the machine has cores for, and takes the others from
 * the store. Builds that succeed are kept even when another fails.
 * @returns one outcome a request, in the same order.
 * @throws UserError for what is nobody's variant's fault: no compiler, no make, cache not writable, disk full; Cancelled.
 */
export async function buildAll(
  requests: readonly BuildRequest[],
  ctx: Context,
  options: BuildAllOptions = {},
): Promise<readonly BuildOutcome[]> {
  const plans = await planAll(requests, ctx);
  const distinct = [...new Map(plans.map((plan) => [plan.key, plan])).values()];
  const results = new Map<string, Build | BuildFailure>();
  const hits = new Set<string>();
  const lookUp = async (plan: BuildPlan, find: typeof findBuild) => {
    const build = await find(plan.key, ctx);
    if (build === undefined) return;
    results.set(plan.key, build);
    hits.add(plan.key);
    await hitStep(plan, ctx, options);
  };
  await Promise.all(distinct.map((plan) => lookUp(plan, findOrFetchBuild)));
  const missing = distinct.filter((plan) => !results.has(plan.key));
  // Before the locks: others may be making the same one.
  const pythons = await buildPythons(missing, ctx, options);
  for (const plan of missing) {
    const python = pythons.get(plan.buildPython?.key ?? '');
    if (python?.ok === false) results.set(plan.key, { ...python.failure, key: plan.key });
  }
  const possible = missing.filter((plan) => !results.has(plan.key));
  // In one order everywhere, so that two processes that need the same builds never wait for each other.
  const keys = possible.map((plan) => plan.key).sort(byCodeUnit);
  await withLocks(keys, ctx, async () => {
    // While this process waited for the locks, another may have made them.
    await Promise.all(possible.map((plan) => lookUp(plan, findBuild)));
    const toMake = possible.filter((plan) => !results.has(plan.key));
    for (const [key, result] of await makeAll(toMake, pythons, ctx, options)) results.set(key, result);
  });
  // Requests for the same thing under another name: a patch that changes nothing.
  for (const plan of plans) if (!distinct.includes(plan)) await hitStep(plan, ctx, options);
  return plans.map((plan) => outcome(plan, results.get(plan.key), hits.has(plan.key) || !distinct.includes(plan)));
}

/** The interpreters that run here, by key, for the cross builds that are to be made. */
async function buildPythons(plans: readonly BuildPlan[], ctx: Context, options: BuildAllOptions) {
  const found = new Map<string, BuildOutcome>();
  for (const { buildPython, request } of plans) {
    if (buildPython === undefined || found.has(buildPython.key)) continue;
    const [made] = await buildAll([buildPython.request], ctx, { ...options, buildPythonFor: request.target.name });
    if (made !== undefined) found.set(buildPython.key, made);
  }
  return found;
}

function outcome(plan: BuildPlan, result: Build | BuildFailure | undefined, hit: boolean): BuildOutcome {
  const { variant } = plan.request;
  if (result === undefined) throw new Error(`the build ${plan.key} has no result`);
  if ('diagnostics' in result) return { ok: false, variant, failure: { ...result, variant } };
  return { ok: true, variant, build: result, hit };
}

function stepOf({ request }: BuildPlan, { parent, buildPythonFor }: BuildAllOptions) {
  const { variant, target, checkout } = request;
  const python = `CPython ${checkout.version.text}`;
  return buildPythonFor === undefined
    ? { id: `build/${target.name}/${variant}`, title: `${variant}: ${python} for ${target.name}`, parent }
    : { id: `build/${buildPythonFor}/build-python`, title: `build python: ${python} for this machine`, parent };
}

async function hitStep(plan: BuildPlan, ctx: Context, options: BuildAllOptions): Promise<void> {
  await runStep(ctx.emit, stepOf(plan, options), async (step) => step.outcome('hit'));
}

/** What `work` gives, once for each key. */
function once<Key, Result>(known: Map<Key, Result>, key: Key, work: () => Result): Result {
  const result = known.get(key) ?? work();
  known.set(key, result);
  return result;
}

async function planAll(requests: readonly BuildRequest[], ctx: Context): Promise<readonly BuildPlan[]> {
  const epochs = new Map<Checkout, Promise<number>>();
  const toolchains = new Map<string, Promise<Toolchain>>();
  const planning: Planning = {
    epoch: (checkout) => once(epochs, checkout, () => epochOf(checkout, ctx)),
    toolchain: ({ target, options: { launcher } }) =>
      once(toolchains, canonicalJson([target, launcher]), () => findToolchain(target, ctx, launcher)),
    plan: (request) => driverOf(request.target).plan(request, planning, ctx),
  };
  return Promise.all(requests.map(planning.plan));
}

async function withLocks<T>(keys: readonly string[], ctx: Context, body: () => Promise<T>): Promise<T> {
  const [key, ...rest] = keys;
  return key === undefined ? body() : withEntryLock(key, ctx, () => withLocks(rest, ctx, body));
}

/** Which builds may start from another's objects, with its key: it is in the store, or made with them. */
async function baselinesOf(plans: readonly BuildPlan[], ctx: Context): Promise<ReadonlyMap<BuildPlan, string>> {
  const found = new Map<BuildPlan, string>();
  for (const plan of plans) {
    const key = await driverOf(plan.request.target).baselineOf?.(plan, ctx);
    const isMade = plans.some((other) => other.key === key);
    if (key !== undefined && (isMade || (await findBuild(key, ctx)) !== undefined)) found.set(plan, key);
  }
  return found;
}

async function makeAll(
  plans: readonly BuildPlan[],
  pythons: ReadonlyMap<string, BuildOutcome>,
  ctx: Context,
  options: BuildAllOptions,
): Promise<ReadonlyMap<string, Build | BuildFailure>> {
  const compilers = new Map(plans.map(({ toolchain }) => [toolchain.cc.command.join(' '), toolchain]));
  await Promise.all([...compilers.values()].map(({ cc, target }) => checkCompiler(cc, ctx, target)));
  const pythonOf = ({ buildPython }: BuildPlan) => {
    const python = pythons.get(buildPython?.key ?? '');
    return python?.ok ? python.build.python : undefined;
  };
  const made = new Map<string, Build | BuildFailure>();
  const baselines = await baselinesOf(plans, ctx);
  const baselineFor = async (plan: BuildPlan) => {
    const key = baselines.get(plan);
    const known = key === undefined ? undefined : (made.get(key) ?? (await findBuild(key, ctx)));
    return known === undefined || 'diagnostics' in known ? undefined : known;
  };
  const make = (plan: BuildPlan, share: Share) =>
    runStep(ctx.emit, stepOf(plan, options), async (step) => {
      const work = { share, buildPython: pythonOf(plan), step, baseline: await baselineFor(plan) };
      const build = () => makeBuild(driverOf(plan.request.target), plan, work, ctx);
      const result = await withFileProblems(`build in ${ctx.cacheDir}`, build);
      if ('diagnostics' in result) step.outcome('failed');
      else if (result.objectsFrom !== undefined) step.note('only what the change touches was compiled');
      else if (result.configureReused) step.note('configure reused');
      made.set(plan.key, result);
    });
  // What starts from another's objects comes after all others.
  for (const later of [false, true])
    for (const round of rounds(
      plans.filter((plan) => baselines.has(plan) === later),
      ctx.jobs,
      await usableCpus(),
    )) {
      const ends = await Promise.allSettled(round.map(([plan, share]) => make(plan, share)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  return made;
}
