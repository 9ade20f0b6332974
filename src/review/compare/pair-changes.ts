import { bestPairs, pairEqual } from './assign.ts';
import { alike } from './bag.ts';
import { type Change, placeLikeness, together } from './changes.ts';

/** Below this two changes are not versions of one another. */
const LEAST = 0.3;
/** In a like place less will do; in the same place, whatever is done there is what was done there before. */
const LEAST_IN_PLACE = 0.12;
const LIKE_PLACE = 0.75;
/** The same edit of the same recipe made both: then little else must be alike. */
const SAME_EDIT = 2;
/** Of changes that are equally alike those belong together that stand in like places. */
const CONTEXT = 0.25;
const SECTION = 0.1;
/** Beyond this many pairs, equal changes are paired in their order. */
const MOST_EQUAL = 10_000;

export type ChangePair = readonly [old: Change, now: Change];

/**
 * Which changes of two versions of a file belong together, each at most once: equal ones, of several those in like
 * places; then those that the same edit made; then those that are most alike.
 * @param byEdit whether edits' numbers mean the same on both sides.
 */
export function pairChanges(a: readonly Change[], b: readonly Change[], byEdit: boolean): readonly ChangePair[] {
  const edits = byEdit ? sharedEdits(a, b) : undefined;
  const like = (one: Change, other: Change) => score(one, other, edits);
  const whole = ({ key, hunk, before, after }: Change) =>
    JSON.stringify([key, hunk.section, before.slice(0, 3), after.slice(0, 3)]);
  const first = pairEqual(a, b, whole);
  const second = pairLikeEqual(first.restA, first.restB, like);
  const out = [...first.pairs, ...second];
  const done = new Set(out.flat());
  const [restA, restB] = [first.restA.filter((one) => !done.has(one)), first.restB.filter((one) => !done.has(one))];
  return [...out, ...bestPairs(restA, restB, like)];
}

/** The edits that changed something on both sides; undefined when their numbers do not mean the same. */
type SharedEdits = ReadonlySet<number> | undefined;

function sharedEdits(a: readonly Change[], b: readonly Change[]): SharedEdits {
  const others = new Set(b.flatMap(({ hunk }) => hunk.edits));
  return new Set(a.flatMap(({ hunk }) => hunk.edits.filter((index) => others.has(index))));
}

/** Equal in what they do, not in what stands around them. */
function pairLikeEqual(
  a: readonly Change[],
  b: readonly Change[],
  like: (one: Change, other: Change) => number,
): readonly ChangePair[] {
  const others = Map.groupBy(b, ({ key }) => key);
  return [...Map.groupBy(a, ({ key }) => key)].flatMap(([key, ones]) => {
    const twins = others.get(key) ?? [];
    if (ones.length * twins.length > MOST_EQUAL) return pairEqual(ones, twins, () => '').pairs;
    return bestPairs(ones, twins, like);
  });
}

function score(one: Change, other: Change, shared: SharedEdits): number {
  const deeds = alike(one.bag, other.bag);
  const { share, samePlace } = placeLikeness(one, other);
  const [edits, others] = [one.hunk.edits, other.hunk.edits];
  const sameEdit = shared !== undefined && edits.some((index) => others.includes(index));
  // Two that are known to be of different edits are not the same change, unless one edit is there instead of the other.
  const known = edits.length > 0 && others.length > 0;
  if (!sameEdit && known && [...edits, ...others].some((index) => shared?.has(index))) return 0;
  if (!sameEdit && !samePlace && deeds < (share >= LIKE_PLACE ? LEAST_IN_PLACE : LEAST)) return 0;
  const section = one.hunk.section !== '' && one.hunk.section === other.hunk.section;
  return deeds + CONTEXT * share + (section ? SECTION : 0) + (sameEdit ? SAME_EDIT : 0);
}

/** Beyond this many lone changes nobody reads them one by one. */
const MOST = 400;
/** How much more alike two sides must become. */
const GAIN = 0.03;
/** Lines between two changes that may still be one. */
const APART = 8;

/**
 * What is one change on one side may be two on the other, with a line between them that stayed. A change that is left
 * alone joins its neighbour in the hunk where that makes the neighbour more like its counterpart.
 */
export function absorb(pairs: readonly ChangePair[], lone: readonly Change[]) {
  if (lone.length > MOST) return { pairs, lone };
  const current = new Set(pairs);
  const left = new Set(lone);
  for (;;) {
    const best = [...left]
      .flatMap((one) => stepsOf(one, current))
      .sort((x, y) => y.gain - x.gain || (x.lone.key < y.lone.key ? -1 : 1))[0];
    if (best === undefined) return { pairs: [...current], lone: [...left] };
    left.delete(best.lone);
    current.delete(best.pair);
    current.add(best.merged);
  }
}

function stepsOf(lone: Change, pairs: ReadonlySet<ChangePair>) {
  return [...pairs].flatMap((pair) =>
    ([0, 1] as const).flatMap((side) => {
      const [one, other] = [pair[side], pair[1 - side]];
      if (other === undefined || !neighbours(one, lone)) return [];
      const merged = one.start < lone.start ? together(one, lone) : together(lone, one);
      const gain = alike(merged.bag, other.bag) - alike(one.bag, other.bag);
      const joint: ChangePair = side === 0 ? [merged, other] : [other, merged];
      return gain > GAIN ? [{ pair, lone, merged: joint, gain }] : [];
    }),
  );
}

/** Whether nothing else was changed between two changes of a hunk. */
function neighbours(one: Change, other: Change): boolean {
  if (one.source !== other.source) return false;
  const [first, second] = one.start < other.start ? [one, other] : [other, one];
  if (second.start - first.end > APART || second.start < first.end) return false;
  return one.source.rows.slice(first.end, second.start).every(({ kind }) => kind === 'context');
}
