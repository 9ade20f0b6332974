import type { Bag } from './bag.ts';

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
export function* candidates(a: readonly Bag[], b: readonly Bag[]): Generator<readonly [number, number]> {
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
