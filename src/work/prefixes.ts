import { NO_SETTINGS } from '../change/settings.ts';
import { identityOf } from '../patch/series.ts';
import type { AskedSide } from '../run/asked.ts';
import { type PreparedRun, prepareRun } from '../run/prepare.ts';
import type { StageName } from '../run/request.ts';
import { UserError } from '../system/diagnostic.ts';
import { type AskedChanges, changesAsked } from './changes.ts';
import { checkoutNamed } from './checkout-named.ts';
import type { Member } from './many.ts';
import { recipeFolders } from './recipes.ts';
import { refuseStrayOptions, requestFrom, type WorkContext } from './request.ts';
import type { RunOptions } from './run-options.ts';

/** A series of changes, any two beginnings of which can be compared. */
export interface Series {
  /** Of each change, in the order in which they are made. */
  readonly names: readonly string[];
  readonly titles: readonly string[];
  /**
   * The run of one set of the changes against another, each named by its places in the series.
   * @param name what the run is called beside others.
   */
  member(name: string, baseline: readonly number[], patched: readonly number[], how: MemberHow): Member;
}

interface MemberHow {
  readonly stages: readonly StageName[];
  readonly options: RunOptions;
}

/**
 * Looks up a series of at least two changes once, for many runs of parts of it.
 * @param names as `changesAsked` takes them.
 * @throws UserError
 */
export async function openSeries(names: readonly string[], options: RunOptions, ctx: WorkContext): Promise<Series> {
  const dir = await checkoutNamed(options.checkout, ctx);
  const asked = await changesAsked(names, { ...options, checkout: dir }, ctx);
  const { items, base } = asked;
  if (items.length < 2) {
    throw new UserError({
      code: 'cli/one-change',
      message: `${items.length === 1 ? 'one change is' : 'no change is'} named, which has no parts to tell apart`,
      hint: 'name a folder of patches, several changes, or a line of at most 50 commits without merges: BASE..HEAD',
    });
  }
  const ref = options.ref ?? base;
  const checkout =
    ref === undefined ? dir : await (await import('../checkout/source/obtain.ts')).checkoutAtRef(dir, ref, ctx);
  const identities = items.map(identityOf);
  return {
    names: identities.map(({ id }) => id),
    titles: identities.map(({ title }) => title),
    member: (name, baseline, patched, how) => ({
      name,
      prepare: (run) => preparePart(asked, { name, baseline, patched }, checkout, how, run),
    }),
  };
}

async function preparePart(
  { items, changes }: AskedChanges,
  part: { readonly name: string; readonly baseline: readonly number[]; readonly patched: readonly number[] },
  checkout: string,
  { stages, options }: MemberHow,
  ctx: WorkContext,
): Promise<PreparedRun> {
  const own = <T>(all: readonly T[], which: readonly number[]): T[] => which.flatMap((i) => all[i] ?? []);
  const side = (name: string, which: readonly number[]): AskedSide => ({
    ...{ name, checkout, changes: own(changes, which), settings: NO_SETTINGS },
  });
  const asked = await requestFrom('sides', { ...options, checkout }, stages, ctx);
  const last = items[part.baseline.at(-1) ?? -1];
  const before = last === undefined ? 'none of them' : `up to ${identityOf(last).id}`;
  const sides: [AskedSide, AskedSide] = [side(before, part.baseline), side(part.name, part.patched)];
  const request = { ...asked, sides };
  const parts = { baseline: own(items, part.baseline), patched: own(items, part.patched) };
  return prepareRun(request, parts, recipeFolders(options.recipesDir), ctx, (targets) =>
    refuseStrayOptions(request, targets),
  );
}

/** The places of the first `count` changes of a series. */
export const first = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
