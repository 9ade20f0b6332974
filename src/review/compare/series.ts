import type { ReviewPatch } from '../types.ts';
import { bestSum, elementsAt, pairEqual } from './assign.ts';
import { alike, bagOfPatch, deedsOf } from './bag.ts';

/**
 * Below this two patches are not versions of one another: what git-range-diff(1) has as --creation-factor=60, that two
 * new patches cost 60 % of what they say, and a pair costs what differs.
 */
const LEAST = 0.4;
/** Patches of two recipes are two, unless a recipe was given another name. */
const LEAST_OF_TWO_RECIPES = 0.7;

export type PatchPair = readonly [old: ReviewPatch, now: ReviewPatch];

/**
 * Which patches of two series belong together, each at most once: those of the same recipe; those that do the same; the
 * others so that the least differs in all (git-range-diff's assignment); at last those of the same title.
 */
export function pairPatches(old: readonly ReviewPatch[], now: readonly ReviewPatch[]): readonly PatchPair[] {
  // One and one were given to be compared, however little they have in common.
  const [one, other] = [old[0], now[0]];
  if (old.length === 1 && now.length === 1 && one !== undefined && other !== undefined) return [[one, other]];
  const out: PatchPair[] = [];
  let [a, b] = [old, now];
  const take = (pairs: readonly PatchPair[]) => {
    out.push(...pairs);
    const taken = new Set(pairs.flat());
    a = a.filter((patch) => !taken.has(patch));
    b = b.filter((patch) => !taken.has(patch));
  };
  take(pairKnown(a, b, (patch) => idOf(patch) && JSON.stringify([idOf(patch), deedsOf(patch)])));
  take(pairKnown(a, b, idOf));
  take(pairKnown(a, b, (patch) => (patch.files.length > 0 ? deedsOf(patch) : undefined)));
  take(pairAlike(a, b));
  take(pairKnown(a, b, (patch) => (idOf(patch) === undefined && patch.title !== '' ? patch.title : undefined)));
  return out;
}

const idOf = ({ recipe, header }: ReviewPatch): string | undefined => recipe?.id ?? header?.recipe.id;

/** Pairs by a key; one without a key is in no pair. */
function pairKnown(
  old: readonly ReviewPatch[],
  now: readonly ReviewPatch[],
  keyOf: (patch: ReviewPatch) => string | undefined,
): readonly PatchPair[] {
  const known = (all: readonly ReviewPatch[]) => all.filter((patch) => keyOf(patch) !== undefined);
  return pairEqual(known(old), known(now), (patch) => keyOf(patch) ?? '').pairs;
}

function pairAlike(old: readonly ReviewPatch[], now: readonly ReviewPatch[]): readonly PatchPair[] {
  const withBags = (all: readonly ReviewPatch[]) =>
    all.map((patch) => ({ bag: bagOfPatch(patch), hasId: idOf(patch) !== undefined }));
  const [a, b] = [withBags(old), withBags(now)];
  const gain = (i: number, j: number): number => {
    const [one, other] = [a[i], b[j]];
    if (one === undefined || other === undefined) return 0;
    const value = alike(one.bag, other.bag);
    const least = one.hasId && other.hasId ? LEAST_OF_TWO_RECIPES : LEAST;
    return value < least ? 0 : (value - LEAST) * (one.bag.weight + other.bag.weight);
  };
  return elementsAt(bestSum(old.length, now.length, gain), old, now);
}
