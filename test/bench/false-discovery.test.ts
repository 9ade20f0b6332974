import { describe, expect, test } from 'vitest';
import { compare, evidenceOf, qsOf } from '../../src/bench/comparison/compare.ts';
import { collectTimes, pairedLogRatios } from '../../src/bench/comparison/ratios.ts';
import { type Compared, samplesOfEach } from '../../src/bench/comparison/session.ts';
import { createRandom } from '../../src/bench/random.ts';
import { completeSamples } from '../../src/bench/samples/complete.ts';
import { benjaminiHochberg, signFlipP } from '../../src/bench/statistics/sign-flip.ts';
import type { Measured } from '../../src/bench/types.ts';
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

test('the synthetic rounds correlate as the real ones: an intraclass correlation of 0.5', () => {
  const complete = completeSamples(syntheticLines({ seed: 5, pairs: 400, tests: 10, ...noise, blocks: 4 }));
  const groups = (complete?.samples ?? []).map(({ cpu }) => cpu.map((seconds) => Math.log(seconds)));
  const mean = (xs: readonly number[]) => xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const centre = mean(groups.flat());
  const between = (4 * groups.reduce((sum, own) => sum + (mean(own) - centre) ** 2, 0)) / (groups.length - 1);
  const within =
    groups.reduce((sum, own) => sum + own.reduce((s, x) => s + (x - mean(own)) ** 2, 0), 0) / (groups.length * 3);
  // One-way analysis of variance: (MSB - MSW) / (MSB + (k - 1) MSW).
  expect((between - within) / (between + 3 * within)).toBeGreaterThan(0.45);
  expect((between - within) / (between + 3 * within)).toBeLessThan(0.55);
});

describe('thousands of synthetic suites', () => {
  test('identical interpreters: at most 5% of the suites have a test with q < 5%', { timeout: 120_000 }, () => {
    let suites = 0;
    for (let seed = 1; seed <= 1000; seed++) {
      const found = qValues({ seed, pairs: 12, tests: 20, ...noise }).some(({ q }) => q < 0.05);
      if (found) suites++;
    }
    // Nothing is true here, so the false discovery rate is the share of suites with a find: 5%, and two standard errors.
    expect(suites / 1000).toBeLessThanOrEqual(0.05 + 0.014);
  });

  // Tests of one process share part of their noise, as on real machines: positive dependence, which the procedure allows.
  test.each([
    ['half of the tests slower by 4%, one block in ten disturbed', 10, 0.04, 0.3, 0.1, 0.8],
    ['one test of twenty slower by 5%', 1, 0.05, 0.3, 0, 0.8],
    ['most tests slower by 4%, noise mostly common', 16, 0.04, 0.8, 0, 0.9],
  ])('%s: of the tests found, at most one in twenty did not change', { timeout: 120_000 }, (...scenario) => {
    const [, changed, size, common, disturbed, least] = scenario;
    const SUITES = 700;
    const rates: number[] = [];
    let power = 0;
    for (let seed = 1; seed <= SUITES; seed++) {
      const effect = (index: number) => (index < changed ? size : 0);
      const wanted = { seed, pairs: 12, tests: 20, ...noise, common, disturbed, effect };
      const found = qValues(wanted).filter(({ q }) => q < 0.05);
      const wrong = found.filter(({ test }) => test >= testName(changed)).length;
      rates.push(found.length === 0 ? 0 : wrong / found.length);
      power += (found.length - wrong) / changed / SUITES;
    }
    const rate = rates.reduce((sum, one) => sum + one, 0) / SUITES;
    const variance = rates.reduce((sum, one) => sum + (one - rate) ** 2, 0) / (SUITES - 1);
    // The mean of the false shares is the rate itself: at its nominal level, and two standard errors of the simulation.
    expect(rate).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt(variance / SUITES));
    expect(power).toBeGreaterThan(least);
  });
});

/** Each variant against the baseline, and against the one before it. */
const ofSweep = (more: number): Compared[] => {
  const all: Measured[] = ['patched', ...Array.from({ length: more }, (_, i) => `patched-${i + 2}` as const)];
  const against = (baseline: Measured, patched: Measured) => ({ baseline, patched, declared: {} });
  return [
    ...all.map((one) => against('baseline', one)),
    ...all.slice(1).map((one, i) => against(all[i] ?? 'baseline', one)),
  ];
};

/** For each comparison of a session, the q values by the same steps as `compare`. @param apart each as a family of its own. */
function sessionQs(wanted: Synthetic & { readonly more: number }, apart: boolean): number[][] {
  return samplesOfEach(syntheticLines(wanted), ofSweep(wanted.more)).map((lines) => {
    const complete = completeSamples(lines);
    if (complete === undefined) throw new Error('no samples');
    return [...qsOf(evidenceOf(complete).ps, {}, apart ? undefined : complete.family).values()];
  });
}

describe('several variants beside one baseline, each also against its neighbour', () => {
  const suites = 400;
  const wanted = { pairs: 14, tests: 12, ...noise, more: 3 };
  const alarmed = (apart: boolean) =>
    Array.from({ length: suites }, (_, i) => sessionQs({ ...wanted, seed: i + 1 }, apart)).filter((qs) =>
      qs.flat().some((q) => q < 0.05),
    ).length / suites;

  test('identical interpreters: at most 5% of the sessions have any find', { timeout: 120_000 }, () => {
    // Two standard errors.
    expect(alarmed(false)).toBeLessThanOrEqual(0.05 + 0.022);
  });

  test('judged apart, seven comparisons would raise three times as many', { timeout: 120_000 }, () => {
    expect(alarmed(true)).toBeGreaterThan(0.15);
  });

  test('one of them slower: of what is found, at most one in twenty is of the others', { timeout: 120_000 }, () => {
    const rates: number[] = [];
    let found = 0;
    for (let seed = 1; seed <= suites; seed++) {
      const own = { ...wanted, seed, common: 0.6, disturbed: 0.05, effect: () => 0.05 };
      const qs = sessionQs(own, false).map((all) => all.filter((q) => q < 0.05).length);
      // The first against the baseline, and the second against the first, differ in truth.
      const right = (qs[0] ?? 0) + (qs[4] ?? 0);
      const all = qs.reduce((sum, one) => sum + one, 0);
      rates.push(all === 0 ? 0 : (all - right) / all);
      found += right / (2 * wanted.tests * suites);
    }
    const rate = rates.reduce((sum, one) => sum + one, 0) / suites;
    const variance = rates.reduce((sum, one) => sum + (one - rate) ** 2, 0) / (suites - 1);
    expect(rate).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt(variance / suites));
    expect(found).toBeGreaterThan(0.8);
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
