import type { Random } from '../random.ts';
import { median } from './quantile.ts';

/** Up to here all sign patterns are enumerated; above, they are drawn. */
const EXACT_UP_TO = 20;
const DRAWS = 99_999;
/**
 * A pair counts for at most this many times the median size: a disturbed pair cannot drown the others. 1 finds most where
 * one pair in ten is disturbed, as on a shared machine, and loses next to nothing where none is (by simulation).
 */
const TRIM = 1;

/**
 * Two-sided p of "baseline and patched are exchangeable within a pair", by flipping the signs of the pairs' differences.
 *
 * The statistic is Maritz' (1979, "A note on exact robust confidence intervals for location", Biometrika 66:163-166; in
 * wide use through Rosenbaum 2007, Biometrics 63:456-464): the sum of the differences, each cut at the median size. The
 * cut depends on sizes only, which no flip changes, so the p is exact. That sign flips are the right null distribution is
 * not assumed but made: a coin decides between ABBA and BAAB.
 * Beyond {@link EXACT_UP_TO} pairs: Monte Carlo with (hits + 1) / (draws + 1) (Phipson and Smyth 2010).
 * @param differences one a pair, any number; the smallest p that n pairs can give is 2 / 2ⁿ.
 */
export function signFlipP(differences: readonly number[], random: Random): number {
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return 1;
  // Zeros stay the same whatever their sign: they only shrink the set of patterns.
  const cut = TRIM * median(sizes);
  const scores = Float64Array.from(sizes, (size) => Math.min(size, cut));
  const observed = Math.abs(
    differences.reduce((sum, value) => sum + Math.sign(value) * Math.min(Math.abs(value), cut), 0),
  );
  // Sums that are equal on paper may differ in the last bits.
  const limit = observed - 1e-9 * scores.reduce((sum, score) => sum + score, 0);
  return scores.length <= EXACT_UP_TO ? exact(scores, limit) : drawn(scores, limit, random);
}

/** All patterns in Gray code order: one sign changes a step. The last sign is fixed, for the statistic is symmetric. */
function exact(scores: Float64Array, limit: number): number {
  const patterns = 2 ** (scores.length - 1);
  const signs = new Float64Array(scores.length).fill(1);
  let sum = scores.reduce((total, score) => total + score, 0);
  let hits = Math.abs(sum) >= limit ? 1 : 0;
  for (let i = 1; i < patterns; i++) {
    const at = 31 - Math.clz32(i & -i);
    const sign = -(signs[at] as number);
    signs[at] = sign;
    sum += 2 * sign * (scores[at] as number);
    if (Math.abs(sum) >= limit) hits++;
  }
  return hits / patterns;
}

function drawn(scores: Float64Array, limit: number, random: Random): number {
  let hits = 0;
  for (let i = 0; i < DRAWS; i++) {
    let sum = 0;
    let bits = 0;
    for (let at = 0; at < scores.length; at++) {
      if ((at & 31) === 0) bits = random.uint32();
      sum += bits & 1 ? (scores[at] as number) : -(scores[at] as number);
      bits >>>= 1;
    }
    if (Math.abs(sum) >= limit) hits++;
  }
  return (hits + 1) / (DRAWS + 1);
}

/**
 * The fewest pairs with which a single test among `tests` can be found changed at all: 2 / 2ⁿ must reach the first step
 * of Benjamini and Hochberg, rate / tests. For 58 tests at 5%: 12 pairs. With fewer, only many changes at once can be seen.
 */
export function pairsToFindOne(tests: number, rate: number): number {
  return Math.max(2, Math.ceil(Math.log2((2 * tests) / rate) - 1e-9));
}

/**
 * Adjusted p values, in the order given: calling those at or under 0.05 changed keeps the expected share of false calls
 * at or under 5% (Benjamini and Hochberg 1995; under the positive correlation of tests that share a process:
 * Benjamini and Yekutieli 2001).
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const descending = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const result = new Array<number>(ps.length).fill(1);
  let smallest = 1;
  descending.forEach(({ p, index }, place) => {
    smallest = Math.min(smallest, (p * ps.length) / (ps.length - place));
    result[index] = smallest;
  });
  return result;
}
