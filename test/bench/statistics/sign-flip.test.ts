import fc from 'fast-check';
import { binomialDistribution } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/bench/random.ts';
import { pairsToFindOne, signFlipP } from '../../../src/bench/statistics/sign-flip.ts';

const random = () => createRandom(1);
/** Log ratios: numbers so small that halving them loses bits (denormal ones) are no ratio of two times. */
const finite = fc.double({ min: -1, max: 1, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-200);

/** All 2ⁿ patterns, written down plainly: what the Gray code must agree with. */
function plainly(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return 1;
  const sorted = sizes.toSorted((a, b) => a - b);
  const middle = (sorted[(sorted.length - 1) >> 1] ?? 0) / 2 + (sorted[sorted.length >> 1] ?? 0) / 2;
  const scores = sizes.map((size) => Math.min(size, middle));
  const observed = Math.abs(differences.reduce((s, d) => s + Math.sign(d) * Math.min(Math.abs(d), middle), 0));
  const slack = 1e-9 * scores.reduce((s, x) => s + x, 0);
  let hits = 0;
  for (let pattern = 0; pattern < 2 ** scores.length; pattern++) {
    const sum = scores.reduce((s, score, at) => s + (pattern & (1 << at) ? score : -score), 0);
    if (Math.abs(sum) >= observed - slack) hits++;
  }
  return hits / 2 ** scores.length;
}

describe('signFlipP', () => {
  test('is 2 / 2ⁿ when all pairs agree', () => {
    for (const n of [2, 5, 8, 12, 16]) {
      const same = Array.from({ length: n }, (_, i) => 0.05 + i / 1000);
      expect(signFlipP(same, random())).toBe(2 / 2 ** n);
    }
  });

  test('is 1 when nothing differs', () => {
    expect(signFlipP([], random())).toBe(1);
    expect(signFlipP([0, 0, 0], random())).toBe(1);
  });

  test('agrees with the plain enumeration of all patterns', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 9 }), (differences) => {
        expect(signFlipP(differences, random())).toBeCloseTo(plainly(differences), 12);
      }),
    );
  });

  test('does not care for direction, order or unit', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 10 }), (differences) => {
        const p = signFlipP(differences, random());
        expect(
          signFlipP(
            differences.map((d) => -d),
            random(),
          ),
        ).toBe(p);
        expect(signFlipP(differences.toReversed(), random())).toBeCloseTo(p, 12);
        expect(
          signFlipP(
            differences.map((d) => d * 8),
            random(),
          ),
        ).toBe(p);
      }),
    );
  });

  test('one disturbed pair does not hide what all others show', () => {
    const eleven = Array.from({ length: 11 }, () => 0.05);
    expect(signFlipP([...eleven, -5], random())).toBe((2 * 13) / 2 ** 12);
  });

  test('drawn patterns agree with enumerated ones', () => {
    const values = Array.from({ length: 20 }, (_, i) => Math.sin(i * 7) * 0.02 + 0.006);
    const exact = signFlipP(values, random());
    // Zeros shrink nothing but the count of patterns, so 21 values with a tiny one are drawn.
    const drawn = signFlipP([...values, 1e-12], random());
    expect(drawn).toBeGreaterThan(exact * 0.9);
    expect(drawn).toBeLessThan(exact * 1.1);
  });

  test('with signs alone to go by, it is the sign test of the binomial distribution', () => {
    // Equal sizes: the sum counts signs. The library's cumulative binomial is the independent oracle.
    for (const [n, minus] of [
      [12, 2],
      [15, 4],
      [10, 0],
    ] as const) {
      const values = Array.from({ length: n }, (_, i) => (i < minus ? -0.01 : 0.01));
      const distribution = binomialDistribution(n, 0.5) ?? [];
      const tail = distribution.slice(0, minus + 1).reduce((sum, p) => sum + p, 0);
      expect(signFlipP(values, random())).toBeCloseTo(2 * tail, 6);
    }
  });
});

test('12 pairs are needed to find one changed test among 58, and fewer cannot', () => {
  expect(pairsToFindOne(58, 0.05)).toBe(12);
  expect((2 / 2 ** 12) * 58).toBeLessThanOrEqual(0.05);
  expect((2 / 2 ** 11) * 58).toBeGreaterThan(0.05);
});
