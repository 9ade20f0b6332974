import { munkres } from 'munkres';
import type { Bag } from './bag.ts';

type Pair = readonly [a: number, b: number];

/** How well the pair of indexes fits: the more, the better. */
type Candidate = Readonly<Record<'a' | 'b' | 'score', number>>;

/**
 * Pairs what fits best first, each at most once; of equal pairs those that are nearest in place. What is nearly the same
 * is never torn apart for the sake of others, as the best sum of all would do it. The same pairs come out when the two
 * sides are swapped.
 */
export function bestFirst(candidates: readonly Candidate[]): readonly Pair[] {
  const sorted = [...candidates].sort(
    (x, y) => y.score - x.score || Math.abs(x.a - x.b) - Math.abs(y.a - y.b) || x.a + x.b - (y.a + y.b),
  );
  const [takenA, takenB] = [new Set<number>(), new Set<number>()];
  const out: Pair[] = [];
  for (const { a, b } of sorted) {
    if (takenA.has(a) || takenB.has(b)) continue;
    takenA.add(a);
    takenB.add(b);
    out.push([a, b]);
  }
  return out;
}

/** Beyond this many cells the best sum takes too long (it takes the cube), and the best pairs first must do. */
const MOST_CELLS = 160_000;

/**
 * The pairs with the greatest sum of scores, each index at most once: the assignment problem, as git-range-diff(1)
 * solves it (Kuhn 1955, Munkres 1957).
 * @param score above 0 for what may be a pair.
 */
export function bestSum(countA: number, countB: number, score: (a: number, b: number) => number): readonly Pair[] {
  const most = Math.max(countA, countB);
  const candidates: Candidate[] = [];
  for (let a = 0; a < countA; a++) {
    for (let b = 0; b < countB; b++) {
      const value = score(a, b);
      if (value > 0) candidates.push({ a, b, score: value });
    }
  }
  if (candidates.length === 0) return [];
  if (most * most > MOST_CELLS) return bestFirst(candidates);
  // A cell without a score costs nothing and is no pair. Whole numbers, so that sums are exact; of equal sums the pairs
  // that are nearest in place.
  const costs = Array.from({ length: most }, () => new Array<number>(most).fill(0));
  for (const { a, b, score: value } of candidates) {
    const row = costs[a];
    if (row !== undefined) row[b] = -Math.round(value * 1000) * most * most + Math.abs(a - b);
  }
  return munkres(costs).filter(([a, b]) => (costs[a]?.[b] ?? 0) < 0);
}

/** Pairs those that have equal keys, in order; what is left over on both sides. */
export function pairEqual<T>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (one: T) => string,
): { readonly pairs: readonly (readonly [T, T])[]; readonly restA: readonly T[]; readonly restB: readonly T[] } {
  const waiting = Map.groupBy(a, keyOf);
  const pairs: (readonly [T, T])[] = [];
  const restB: T[] = [];
  for (const other of b) {
    const one = waiting.get(keyOf(other))?.shift();
    if (one === undefined) restB.push(other);
    else pairs.push([one, other]);
  }
  const kept = new Set(pairs.map(([one]) => one));
  return { pairs, restA: a.filter((one) => !kept.has(one)), restB };
}

export const elementsAt = <T>(pairs: readonly Pair[], a: readonly T[], b: readonly T[]): readonly (readonly [T, T])[] =>
  pairs.map(([i, j]) => [a[i] as T, b[j] as T]);

/** Pairs what fits best first, of those that are worth a look. @param score above 0 for what may be a pair. */
export function bestPairs<T extends { readonly bag: Bag }>(
  a: readonly T[],
  b: readonly T[],
  score: (one: T, other: T) => number,
): readonly (readonly [T, T])[] {
  const bags = (all: readonly T[]) => all.map(({ bag }) => bag);
  const found = [...candidates(bags(a), bags(b))].map(([i, j]) => ({ a: i, b: j, score: score(a[i] as T, b[j] as T) }));
  return elementsAt(bestFirst(found.filter((one) => one.score > 0)), a, b);
}

/** Up to this many pairs all are looked at. */
const ALL = 40_000;

/** A word that stands in more pairs than this tells nothing of which belong together. */
const RARE = 64;

/** Places to each side that are looked at in any case. */
const NEAR = 12;

/**
 * The pairs of indexes that are worth a closer look: all of them while they are few; else those that share a word which
 * few have, and those in about the same place. The same pairs come out when the two sides are swapped.
 */
function* candidates(a: readonly Bag[], b: readonly Bag[]): Generator<readonly [number, number]> {
  if (a.length * b.length <= ALL) {
    for (const i of a.keys()) for (const j of b.keys()) yield [i, j];
    return;
  }
  const seen = new Set<number>();
  const fresh = (i: number, j: number) => {
    const before = seen.size;
    return seen.add(i * b.length + j).size > before;
  };
  for (const i of a.keys()) {
    for (let j = Math.max(0, i - NEAR); j < Math.min(b.length, i + NEAR + 1); j++) if (fresh(i, j)) yield [i, j];
  }
  const [inA, inB] = [placesOf(a), placesOf(b)];
  for (const [word, places] of inA) {
    const others = inB.get(word);
    if (others === undefined || places.length * others.length > RARE) continue;
    for (const i of places) for (const j of others) if (fresh(i, j)) yield [i, j];
  }
}

function placesOf(bags: readonly Bag[]): ReadonlyMap<string, readonly number[]> {
  const out = new Map<string, number[]>();
  for (const [i, { counts }] of bags.entries()) {
    for (const word of counts.keys()) {
      const places = out.get(word);
      if (places === undefined) out.set(word, [i]);
      else places.push(i);
    }
  }
  return out;
}
