import { describe, expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison/compare.ts';
import { collectTimes, pairedLogRatios } from '../../src/bench/comparison/ratios.ts';
import { createRandom } from '../../src/bench/random.ts';
import { completeSamples } from '../../src/bench/samples/complete.ts';
import { benjaminiHochberg } from '../../src/bench/statistics/benjamini-hochberg.ts';
import { signFlipP } from '../../src/bench/statistics/sign-flip.ts';
import { type Synthetic, syntheticLines, testName } from './synthetic.ts';

/** Noise as measured on identical processes: half of it stays the same within a process (intraclass correlation 0.5). */
const noise = { process: 0.015, block: 0.015 };

/** q of every test by the same steps as `compare`, without its intervals: a thousand suites in seconds. */
function qValues(wanted: Synthetic): { test: string; q: number }[] {
  const complete = completeSamples(syntheticLines(wanted));
  if (complete === undefined) throw new Error('no samples');
  const times = [...collectTimes(complete).values()];
  const ps = times.map((own) => signFlipP([...pairedLogRatios(own, 'patched').values()], createRandom(1)));
  return benjaminiHochberg(ps).map((q, index) => ({ test: times[index]?.test ?? '', q }));
}

describe('a thousand synthetic suites', () => {
  test('identical interpreters: at most 5% of the suites have a test with q < 5%', { timeout: 120_000 }, () => {
    let suites = 0;
    for (let seed = 1; seed <= 1000; seed++) {
      const found = qValues({ seed, pairs: 12, tests: 20, ...noise }).some(({ q }) => q < 0.05);
      if (found) suites++;
    }
    // Nothing is true here, so the false discovery rate is the share of suites with a find: 5%, and two standard errors.
    expect(suites / 1000).toBeLessThanOrEqual(0.05 + 0.014);
  });

  test('some changed, some not: of the tests found, at most 5% did not change', { timeout: 120_000 }, () => {
    const rates: number[] = [];
    let power = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const effect = (index: number) => (index < 10 ? 0.04 : 0);
      const found = qValues({ seed, pairs: 12, tests: 20, ...noise, disturbed: 0.1, effect }).filter(
        ({ q }) => q < 0.05,
      );
      const wrong = found.filter(({ test }) => test >= testName(10)).length;
      rates.push(found.length === 0 ? 0 : wrong / found.length);
      power += (found.length - wrong) / 10 / 300;
    }
    expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeLessThanOrEqual(0.05);
    expect(power).toBeGreaterThan(0.8);
  });
});

describe('whole comparisons', () => {
  test('A against A: nothing is called changed in ten suites of 58 tests, and the mean is 1', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const result = compare(syntheticLines({ seed, pairs: 16, tests: 58, ...noise, disturbed: 0.1 }));
      expect(result.counts.faster + result.counts.slower).toBe(0);
      expect(Math.abs((result.geometricMean?.ratio ?? 0) - 1)).toBeLessThan(0.012);
    }
  });

  test.each([
    [0.05, 0.8],
    [0.1, 0.99],
  ])('a slowdown of %f is found in at least %f of the tests', (size, least) => {
    const effect = () => Math.log1p(size);
    const result = compare(syntheticLines({ seed: 3, pairs: 16, tests: 58, ...noise, disturbed: 0.1, effect }));
    expect(result.counts.slower / 58).toBeGreaterThanOrEqual(least);
    expect(result.counts.faster).toBe(0);
    expect(result.geometricMean?.low).toBeLessThan(1 + size);
    expect(result.geometricMean?.high).toBeGreaterThan(1 + size);
  });
});
