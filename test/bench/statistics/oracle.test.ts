import kstest from '@stdlib/stats-kstest';
import padjust from '@stdlib/stats-padjust';
import ttest2 from '@stdlib/stats-ttest2';
import wilcoxon from '@stdlib/stats-wilcoxon';
import fc from 'fast-check';
import { probit } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { welchP } from '../../../src/bench/comparison/usual-methods.ts';
import { createRandom, type Random } from '../../../src/bench/random.ts';
import { benjaminiHochberg, signFlipP } from '../../../src/bench/statistics/sign-flip.ts';
import { trimmedMeanInterval } from '../../../src/bench/statistics/trimmed-mean.ts';

/** An independent library of statistics says the same. */
const normal = (random: Random) => probit(Math.min(Math.max(random.float(), 1e-9), 1 - 1e-9));
const draws = (random: Random, n: number, shift = 0) => Array.from({ length: n }, () => normal(random) + shift);

test('Benjamini and Hochberg: every q is the library’s', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (ps) => {
      const theirs = padjust(ps, 'bh');
      benjaminiHochberg(ps).forEach((q, i) => {
        expect(q).toBeCloseTo(theirs[i] as number, 12);
      });
    }),
  );
});

test('the t test that the usual tools make: Welch’s, as in the library, for hundreds of blocks', () => {
  const random = createRandom(9);
  for (const shift of [0, 0.05, 0.15, 0.3]) {
    const [a, b] = [draws(random, 400), draws(random, 500, shift)];
    // The library has Student's distribution, here the normal one stands for it; its table has four digits.
    expect(welchP(a, b)).toBeCloseTo(ttest2(a, b, { variance: 'unequal' }).pValue, 2);
  }
});

describe('sign flips', () => {
  test('p is uniform when nothing differs: Kolmogorov and Smirnov find nothing', () => {
    const random = createRandom(31);
    // With 16 pairs p has steps of 2 / 2¹⁶: next to continuous.
    const ps = Array.from({ length: 400 }, () => signFlipP(draws(random, 16), random));
    expect(kstest(ps, 'uniform', 0, 1).pValue).toBeGreaterThan(0.01);
  });

  test('ranks changes as Wilcoxon’s signed-rank test does', () => {
    const random = createRandom(32);
    const logs = Array.from({ length: 120 }, (_, i) => {
      const own = draws(random, 16, (i % 12) / 10);
      return [Math.log(signFlipP(own, random)), Math.log(wilcoxon(own).pValue)] as const;
    });
    const mean = (at: 0 | 1) => logs.reduce((sum, pair) => sum + pair[at], 0) / logs.length;
    const [a, b] = [mean(0), mean(1)];
    const product = logs.reduce((sum, [x, y]) => sum + (x - a) * (y - b), 0);
    const squares = (at: 0 | 1, centre: number) => logs.reduce((sum, pair) => sum + (pair[at] - centre) ** 2, 0);
    expect(product / Math.sqrt(squares(0, a) * squares(1, b))).toBeGreaterThan(0.9);
    // Neither is always the smaller: the same evidence, weighed a little differently.
    expect(Math.abs(a - b)).toBeLessThan(0.5);
  });
});

test('the interval of the trimmed mean is a little wider than Student’s where nothing is disturbed', () => {
  const random = createRandom(33);
  const ratios = Array.from({ length: 40 }, () => {
    const own = draws(random, 20);
    const { low, high } = trimmedMeanInterval(own, random);
    const { ci } = ttest2(
      own,
      own.map(() => 0).map((_, i) => (i % 2 === 0 ? 1e-9 : -1e-9)),
      { variance: 'unequal' },
    );
    return (high - low) / ((ci[1] as number) - (ci[0] as number));
  });
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  // A fifth trimmed on either side costs an efficiency of 0.87 for normal values: 7% of width.
  expect(mean).toBeGreaterThan(1);
  expect(mean).toBeLessThan(1.25);
});
