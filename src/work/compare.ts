import path from 'node:path';
import { NO_SETTINGS } from '../change/settings.ts';
import { parseSide, type WrittenSide } from '../change/side.ts';
import type { SeriesItem } from '../patch/series.ts';
import { identityOf } from '../patch/series.ts';
import type { AskedSide } from '../run/asked.ts';
import { type PreparedRun, prepareRun } from '../run/prepare.ts';
import type { StageName } from '../run/request.ts';
import { UserError } from '../system/diagnostic.ts';
import { isFile, isFolder } from '../system/files.ts';
import { changesAsked, rangeNamed } from './changes.ts';
import { checkoutNamed } from './checkout-named.ts';
import { type DoneMany, performMany } from './many.ts';
import { refuseTogether, usage } from './options.ts';
import { recipeFolders } from './recipes.ts';
import { freshFolder, refuseStrayOptions, requestFrom, type WorkContext } from './request.ts';
import { begin, carryOut, type DoneRun } from './run.ts';
import type { InterpreterOptions, RunOptions } from './run-options.ts';

/**
 * Compares CPythons, each with its own sources, changes and settings: `v3.13.5`, `../fork+my.patch,-O3`.
 * @param written the sides, the baseline first; a side without a place is of the checkout. Of more than two each other one is compared with
 * the first, all in one session.
 * @throws UserError, Cancelled
 */
export async function performComparison(
  written: readonly [string, string],
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneRun>;
export async function performComparison(
  written: readonly [string, string, ...string[]],
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneRun | DoneMany>;
export async function performComparison(
  written: readonly [string, string, ...string[]],
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneRun | DoneMany> {
  const twice = written.find((one, i) => written.indexOf(one) < i);
  if (twice !== undefined && written.length > 2) throw usage(`the side ${twice} is named twice`, 'leave one out');
  return performSides(written.map(parseSide), options, stages, ctx);
}

/**
 * Compares two interpreters that were built elsewhere, by their paths.
 * @param names of changes: there can be none.
 * @throws UserError where one is missing; Cancelled.
 */
export async function performInterpreters(
  names: readonly string[],
  { baseline, patched, ...options }: RunOptions & InterpreterOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneRun> {
  if (baseline === undefined || patched === undefined) {
    const [is, missing] = baseline === undefined ? ['--patched', '--baseline'] : ['--baseline', '--patched'];
    const other = baseline ?? patched;
    throw usage(
      `${is} is named, and ${missing} is not: two interpreters are compared`,
      `name both; to build the other one: forkwright compare ${baseline === undefined ? `3.13 ${other}` : `${other} 3.13`}`,
    );
  }
  const [change] = names;
  if (change !== undefined)
    throw usage(
      `${change} and --baseline do not go together: no change is made of an interpreter`,
      'leave one of them out',
    );
  const others = ['head', 'upstream', 'dirty', 'strip', 'portFrom', 'ref', 'param'] as const;
  refuseTogether(options, '--baseline and --patched', others, 'run');
  const side = (python: string): WrittenSide => ({
    name: python,
    place: python,
    changes: [],
    settings: NO_SETTINGS,
    python: true,
  });
  const done = await performSides([side(baseline), side(patched)], options, stages, ctx);
  if ('runs' in done) throw new Error('two interpreters are one run');
  return done;
}

async function performSides(
  parsed: readonly WrittenSide[],
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<DoneRun | DoneMany> {
  const dir = await checkoutNamed(options.checkout, ctx);
  const [stray] = parsed.every(({ changes }) => changes.length === 0) ? options.param : [];
  if (stray !== undefined) throw usage(`--param ${stray.name}: no recipe is named that could take it`, 'leave it out');
  const all: LookedUp[] = [];
  const taken = new Set<string>();
  for (const side of parsed) all.push(await lookUp(side, { ...options, checkout: dir }, taken, ctx));
  const [baseline, ...others] = all;
  if (baseline === undefined) throw new Error('a comparison has two sides');
  if (all.every(({ side }) => side.interpreter !== undefined))
    refuseTogether(options, 'interpreters that are built', OF_BUILDS, 'compare');
  const prepare = (other: LookedUp) => prepareSides(baseline, other, options, stages, ctx);
  const [first, ...more] = others;
  const title = parsed.map(({ name, place }) =>
    path.basename(place === '' ? name : name.replace(place, path.basename(place))),
  );
  if (first !== undefined && more.length === 0) {
    const prepared = await prepare(first);
    const folder = await freshFolder(options.out, title.join('-against-'));
    return carryOut(await begin(prepared, folder), options, ctx);
  }
  const members = others.map((other) => ({ name: other.side.name, prepare: () => prepare(other) }));
  return performMany(members, { kind: 'sides', title: title.join('-') }, options, ctx);
}

interface LookedUp {
  readonly side: AskedSide;
  readonly items: readonly SeriesItem[];
}

async function prepareSides(
  baseline: LookedUp,
  patched: LookedUp,
  options: RunOptions,
  stages: readonly StageName[],
  ctx: WorkContext,
): Promise<PreparedRun> {
  const asked = await requestFrom('sides', { ...options, checkout: baseline.side.checkout }, stages, ctx);
  const request = { ...asked, sides: [baseline.side, patched.side] as [AskedSide, AskedSide] };
  const items = { baseline: baseline.items, patched: patched.items };
  return prepareRun(request, items, recipeFolders(options.recipesDir), ctx, (targets) =>
    refuseStrayOptions(request, targets),
  );
}

/** Options that would be forgotten in silence where nothing is built. */
const OF_BUILDS = ['pgo', 'configureOption', 'cflags', 'externals', 'sysroot', 'launcher', 'include'] as const;

async function lookUp(
  { name, place, changes, settings, python }: WrittenSide,
  options: RunOptions,
  taken: Set<string>,
  ctx: WorkContext,
): Promise<{ readonly side: AskedSide; readonly items: readonly SeriesItem[] }> {
  if (python === true || (place !== '' && (await isFile(place)))) {
    if (changes.length > 0) {
      throw new UserError({
        code: 'change/side',
        message: `${name}: an interpreter is built already, and no change can be made of it`,
        hint: 'name the source tree that it was built from',
      });
    }
    const { build } = await (await import('../builds/found.ts')).findInterpreter(place, 'host', ctx);
    return { side: { name, checkout: build.python, changes: [], settings, interpreter: build.fingerprint }, items: [] };
  }
  const checkout = place === '' ? options.checkout : await placeOf(place, options.checkout, ctx);
  const { ref: _, ...own } = { ...options, checkout };
  if (changes.some((one) => rangeNamed(one) !== undefined)) {
    throw new UserError({
      code: 'change/side',
      message: `${name}: commits stand for themselves`,
      hint: 'name the branch or commit as the side: main my-branch',
    });
  }
  const made = changes.length === 0 ? undefined : await changesAsked(changes, own, ctx, taken);
  for (const item of made?.items ?? []) taken.add(identityOf(item).id);
  const side: AskedSide = { name, checkout: path.resolve(checkout), changes: made?.changes ?? [], settings };
  return { side, items: made?.items ?? [] };
}

/** A side's sources: a folder, a version or tag that is got, or a ref of the checkout's repository. */
async function placeOf(place: string, dir: string, ctx: WorkContext): Promise<string> {
  if (await isFolder(place)) return place;
  const { checkoutAtRef } = await import('../checkout/source/obtain.ts');
  try {
    // A tag of the user's own clone comes before the one of the release.
    return await checkoutAtRef(dir, place, ctx);
  } catch (error) {
    const code = error instanceof UserError ? error.diagnostics[0]?.code : undefined;
    if (code !== 'checkout/no-repository' && code !== 'checkout/no-ref' && code !== 'checkout/no-folder') throw error;
    const named = await checkoutNamed(place, ctx);
    if (named !== place) return named;
    throw new UserError({
      code: 'change/no-place',
      message: `${place} is no folder, no version, and no ref of the repository of ${path.resolve(dir)}`,
      hint: /^python[\d.]*$/.test(place)
        ? `an interpreter is named by its path: "$(command -v ${place})"`
        : 'name a folder with a CPython tree, an interpreter by its path, a version such as 3.13 or v3.13.5, or a clone with --checkout',
    });
  }
}
