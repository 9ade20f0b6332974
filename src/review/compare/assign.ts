/** Beyond this many pairs only those in the same place are looked at: an hour is no answer. */
const MOST_PAIRS = 250_000;

/**
 * Pairs what belongs together on two sides, each at most once: the best pair first, of equal ones those that are nearest
 * in place (a greedy assignment, deterministic; within a factor of two of the best sum, and what reads naturally).
 * @param score from 0 (never a pair) upwards.
 * @returns indexes, in the order of the second side.
 */
export function assign<A, B>(
  a: readonly A[],
  b: readonly B[],
  score: (a: A, b: B) => number,
): readonly (readonly [a: number, b: number])[] {
  const pairs: { readonly i: number; readonly j: number; readonly score: number }[] = [];
  const all = a.length * b.length <= MOST_PAIRS;
  for (const [i, one] of a.entries()) {
    for (const [j, other] of all ? b.entries() : near(b, i)) {
      const value = score(one, other);
      if (value > 0) pairs.push({ i, j, score: value });
    }
  }
  pairs.sort((x, y) => y.score - x.score || Math.abs(x.i - x.j) - Math.abs(y.i - y.j) || x.i - y.i || x.j - y.j);
  const [takenA, takenB] = [new Set<number>(), new Set<number>()];
  const out: (readonly [number, number])[] = [];
  for (const { i, j } of pairs) {
    if (takenA.has(i) || takenB.has(j)) continue;
    takenA.add(i);
    takenB.add(j);
    out.push([i, j]);
  }
  return out.sort((x, y) => x[1] - y[1]);
}

const WINDOW = 20;

function near<T>(all: readonly T[], place: number): readonly (readonly [number, T])[] {
  const from = Math.max(0, place - WINDOW);
  return all.slice(from, place + WINDOW + 1).map((one, k) => [from + k, one]);
}

/** Pairs that are equal by their keys, in order; what is left over on both sides. */
export function pairEqual<T>(
  a: readonly T[],
  b: readonly T[],
  keyOf: (one: T) => string,
): { readonly pairs: readonly (readonly [T, T])[]; readonly restA: readonly T[]; readonly restB: readonly T[] } {
  const waiting = new Map<string, T[]>();
  for (const one of a) {
    const key = keyOf(one);
    waiting.set(key, [...(waiting.get(key) ?? []), one]);
  }
  const pairs: (readonly [T, T])[] = [];
  const restB: T[] = [];
  for (const other of b) {
    const one = waiting.get(keyOf(other))?.shift();
    if (one === undefined) restB.push(other);
    else pairs.push([one, other]);
  }
  const left = new Set([...waiting.values()].flat());
  return { pairs, restA: a.filter((one) => left.has(one)), restB };
}
