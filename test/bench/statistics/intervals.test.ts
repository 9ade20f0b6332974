import fc from 'fast-check';
import { mean as libraryMean, median as libraryMedian, quantile as libraryQuantile, probit } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../../src/bench/random.ts';
import { medianInterval } from '../../../src/bench/statistics/median-interval.ts';
import { mean, median, quantile } from '../../../src/bench/statistics/quantile.ts';
import { trimmedMean, trimmedMeanInterval } from '../../../src/bench/statistics/trimmed-mean.ts';

const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
const normal = (random: Random) => probit(Math.min(Math.max(random.float(), 1e-9), 1 - 1e-9));

describe('medianInterval', () => {
  test('is what drawing resamples by the ten thousand gives', () => {
    for (const n of [21, 24]) {
      const random = createRandom(n);
      const own = Array.from({ length: n }, () => normal(random));
      const medians = Array.from({ length: 40_000 }, () =>
        libraryMedian(Array.from({ length: n }, () => own[random.below(n)] as number)),
      );
      const { low, high } = medianInterval(own);
      // The library's quantiles of the drawn medians; the distribution has steps, so one step of slack.
      const below = (x: number) => medians.filter((m) => m <= x + 1e-12).length / medians.length;
      expect(below(low)).toBeGreaterThan(0.024);
      expect(below(low - 1e-9)).toBeLessThan(0.026);
      expect(below(high)).toBeGreaterThan(0.974);
      expect(below(high - 1e-9)).toBeLessThan(0.976);
      expect(low).toBeLessThanOrEqual(libraryQuantile(medians, 0.5));
    }
  });

  test('holds the median, stays within the values, and turns round with them', () => {
    fc.assert(
      fc.property(values, (own) => {
        const { low, high } = medianInterval(own);
        expect(low).toBeGreaterThanOrEqual(Math.min(...own));
        expect(high).toBeLessThanOrEqual(Math.max(...own));
        expect(low).toBeLessThanOrEqual(median(own) + 1e-12);
        expect(high).toBeGreaterThanOrEqual(median(own) - 1e-12);
        const turned = medianInterval(own.map((v) => -v));
        expect(turned.low).toBeCloseTo(-high, 12);
        expect(turned.high).toBeCloseTo(-low, 12);
      }),
    );
  });

  test.each([6, 7, 8, 10, 12, 13, 16, 19])('covers the truth at least 95 times of 100 with %i pairs', (n) => {
    const random = createRandom(n, 5);
    let covered = 0;
    for (let i = 0; i < 4000; i++) {
      const { low, high } = medianInterval(Array.from({ length: n }, () => normal(random)));
      if (low <= 0 && high >= 0) covered++;
    }
    // Three standard errors of the simulation.
    expect(covered / 4000).toBeGreaterThan(0.95 - 0.011);
  });

  test.each([20, 24, 32])('covers the truth 92 to 99 times of 100 with %i pairs', (n) => {
    const random = createRandom(n, 5);
    let covered = 0;
    for (let i = 0; i < 4000; i++) {
      const { low, high } = medianInterval(Array.from({ length: n }, () => normal(random)));
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered / 4000).toBeGreaterThan(0.92);
    expect(covered / 4000).toBeLessThan(0.99);
  });
});

describe('trimmedMeanInterval', () => {
  test.each([8, 12, 16])('covers the truth 93 to 97 times of 100 with %i pairs', (n) => {
    const random = createRandom(n, 6);
    let covered = 0;
    for (let i = 0; i < 300; i++) {
      const { low, high } = trimmedMeanInterval(
        Array.from({ length: n }, () => normal(random)),
        random,
      );
      if (low <= 0 && high >= 0) covered++;
    }
    // 300 repetitions: three standard errors are 3.8%.
    expect(covered / 300).toBeGreaterThan(0.95 - 0.04);
    expect(covered / 300).toBeLessThan(0.95 + 0.04);
  });

  test('is the same for the same seed, and a point for equal values', () => {
    const own = [0.1, 0.3, 0.2, 0.25, 0.05];
    expect(trimmedMeanInterval(own, createRandom(1))).toEqual(trimmedMeanInterval(own, createRandom(1)));
    expect(trimmedMeanInterval([0.1, 0.1, 0.1, 0.1], createRandom(1))).toEqual({ low: 0.1, high: 0.1 });
  });
});

test('a disturbed pair of twenty does not stretch the interval, as it would that of a mean', () => {
  const random = createRandom(7);
  const calm = Array.from({ length: 20 }, () => normal(random) / 100);
  const disturbed = calm.map((value, index) => (index === 3 ? -0.24 : value));
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  const [before, after] = [calm, disturbed].map((own) => width(trimmedMeanInterval(own, createRandom(2))));
  expect((after as number) / (before as number)).toBeLessThan(1.35);
});

test('the self-awareness data of Wilcox 2012, section 3.3: a trimmed mean of 283 where the mean is 448', () => {
  const seconds = [77, 87, 88, 114, 151, 210, 219, 246, 253, 262, 296, 299, 306, 376, 428, 515, 666, 1310, 2611];
  expect(trimmedMean(seconds)).toBeCloseTo(3675 / 13, 9);
  // By Student's t and the winsorised error (section 4.3) it is 160 to 405; resampling sees the skew and leans to the long side.
  const { low, high } = trimmedMeanInterval(seconds, createRandom(4));
  expect(low).toBeGreaterThan(130);
  expect(low).toBeLessThan(240);
  expect(high).toBeGreaterThan(380);
  expect(high).toBeLessThan(520);
});

test('quantile, median and mean are those of an independent library', () => {
  fc.assert(
    fc.property(values, (own) => {
      expect(median(own)).toBeCloseTo(libraryMedian(own), 12);
      expect(mean(own)).toBeCloseTo(libraryMean(own), 12);
      // Type 7 at i / (n - 1) is the i-th value itself.
      const sorted = own.toSorted((a, b) => a - b);
      for (const [i, value] of sorted.entries()) {
        expect(quantile(own, sorted.length === 1 ? 0.3 : i / (sorted.length - 1))).toBeCloseTo(value, 9);
      }
    }),
  );
});
