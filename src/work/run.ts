import path from 'node:path';
import type { Once } from '../bench/once.ts';
import { identityOf } from '../patch/series.ts';
import { writeReports } from '../report/render-view.ts';
import type { Review } from '../review/types.ts';
import { latestRunFolder, loadRequest, type RunFolder, runFolder, saveRequest, withRunLock } from '../run/folder.ts';
import { keepGiven, requestedItems } from '../run/given.ts';
import { runPipeline } from '../run/pipeline.ts';
import { type PreparedRun, prepareRun } from '../run/prepare.ts';
import type { RunRequest, StageName } from '../run/request.ts';
import type { Stage } from '../run/stages/stage.ts';
import type { RunRecord } from '../run/types.ts';
import { packageVersion } from '../system/assets.ts';
import { Cancelled } from '../system/diagnostic.ts';
import { shownPath } from '../system/paths.ts';
import { changesAsked } from './changes.ts';
import { checkoutNamed } from './checkout-named.ts';
import { recipeFolders } from './recipes.ts';
import { freshFolder, refuseStrayOptions, requestFrom, type WorkContext } from './request.ts';
import { writeRunReview } from './review/of-run.ts';
import { RUNS_DIR, type RunOptions } from './run-options.ts';

export interface DoneRun {
  /** Absolute. */
  readonly folder: string;
  readonly record: RunRecord;
  /** None when no patch applies. */
  readonly review: Review | undefined;
}

/**
 * Starts a run in a folder of its own and carries it out.
 * @param names of changes: see `changesAsked`.
 * @throws UserError, Cancelled
 */
export async function performRun(
  names: readonly string[],
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneRun> {
  const prepared = await prepareNamed(names, options, stages, ctx);
  const folder = await freshFolder(options.out, prepared.items.map((item) => identityOf(item).id).join('+'));
  return carryOut(await begin(prepared, folder), options, ctx);
}

/** Looks up what a run of named changes is made of. @throws UserError */
export async function prepareNamed(
  names: readonly string[],
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<PreparedRun> {
  const dir = await checkoutNamed(options.checkout, ctx);
  const { items, changes, base } = await changesAsked(names, { ...options, checkout: dir }, ctx);
  const ref = options.ref ?? base;
  const checkout =
    ref === undefined ? dir : await (await import('../checkout/source/obtain.ts')).checkoutAtRef(dir, ref, ctx);
  const request = await requestFrom(changes, { ...options, checkout }, stages, ctx);
  return prepareRun(request, { patched: items }, recipeFolders(options.recipesDir), ctx, (targets) =>
    refuseStrayOptions(request, targets),
  );
}

/** A run that can be carried out: what it is made of is kept in its folder. */
export interface BegunRun {
  readonly prepared: PreparedRun;
  readonly folder: RunFolder;
}

/** Puts into a folder that is the run's own what it is resumed from. @throws UserError */
export async function begin(prepared: PreparedRun, folder: RunFolder): Promise<BegunRun> {
  await saveRequest(folder, prepared.request);
  await keepGiven(folder, [...prepared.baseline.series, ...prepared.series]);
  return { prepared, folder };
}

/**
 * Continues a run: what it finished is taken from its folder and the store.
 * @param dir its folder; `true`: the newest.
 * @param stages that are to be done, too.
 * @throws UserError, Cancelled
 */
export async function resumeRun(
  dir: string | true,
  options: Pick<RunOptions, 'recipesDir' | 'history'>,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneRun> {
  const folder = dir === true ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(dir);
  const known = await loadRequest(folder);
  const more = stages.filter((stage) => !known.stages.includes(stage));
  const request = more.length === 0 ? known : { ...known, stages: [...known.stages, ...more] };
  if (request !== known) await saveRequest(folder, request);
  return carryOut(await reopen(folder, request, options, ctx), options, ctx);
}

/** A run as it was begun, from its folder. @throws UserError */
export async function reopen(
  folder: RunFolder,
  request: RunRequest,
  options: Pick<RunOptions, 'recipesDir'>,
  ctx: WorkContext,
): Promise<BegunRun> {
  const folders = recipeFolders(options.recipesDir);
  const prepared = await prepareRun(request, await requestedItems(request, folder, folders), folders, ctx);
  return { prepared, folder };
}

/**
 * Does what is not done yet of a run that was begun, and writes its reports.
 * @param more `stages` where not all that there are: the run is left as one that was stopped. `once` for runs that have interpreters in common.
 * @throws UserError, Cancelled
 */
export async function carryOut(
  { prepared, folder }: BegunRun,
  { history }: Pick<RunOptions, 'history'>,
  ctx: WorkContext,
  { stages, once }: { readonly stages?: readonly Stage[]; readonly once?: Once } = {},
): Promise<DoneRun> {
  const { commandLine } = ctx;
  const forkwright = packageVersion();
  const some = { once, ...(stages === undefined ? {} : { stages, pauses: true }) };
  try {
    const record = await withRunLock(folder, () =>
      runPipeline({ prepared, folder, commandLine, forkwright, ctx, ...some }),
    );
    await writeReports(folder.dir, record);
    const review = await writeRunReview(folder.dir, record, prepared, ctx);
    if (history !== undefined && stages === undefined) {
      const { appendHistory, historyEntry } = await import('../run/history.ts');
      await appendHistory(path.resolve(history), historyEntry(record));
    }
    return { folder: folder.dir, record, review };
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    throw new Cancelled(`stopped; continue with: forkwright run --resume ${shownPath(folder.dir)}`);
  }
}
