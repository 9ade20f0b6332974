import { describe, expect, test } from 'vitest';
import type { RatioEstimate, SpeedComparison } from '../../src/bench/types.ts';
import { forest } from '../../src/report/sections/speed.ts';
import { overallSpeed, speedInShort, speedSentences } from '../../src/report/speed-verdict.ts';
import { inconclusive, speed } from './records.ts';

const overall = (geometricMean: RatioEstimate | undefined) =>
  overallSpeed(speed(5, 0.008, { geometricMean, threshold: 0.01 }));

describe('the verdict over all tests', () => {
  test.each([
    ['slower', 1.02, 1.04],
    ['faster', 0.96, 0.98],
    ['no-change', 0.995, 1.005],
    // Certain, but under what counts.
    ['no-change', 1.002, 1.008],
    // Certain in its direction, uncertain whether it counts.
    ['inconclusive', 1.005, 1.03],
    ['inconclusive', 0.98, 1.02],
  ])('%s: from %d to %d', (verdict, low, high) => {
    expect(overall({ ratio: (low + high) / 2, low, high })).toBe(verdict);
  });

  test('nothing to compare is no verdict', () => {
    expect(overall(undefined)).toBeUndefined();
    expect(speedInShort(speed(5, 0.008, { geometricMean: undefined }))).toBe('could not be compared');
  });
});

describe('the chart', () => {
  const suite = inconclusive().targets[0]?.speed;
  if (suite === undefined) throw new Error('no speed in the record');
  const chart = forest('host', suite);
  const rows = chart.groups.flatMap((group) => group.rows);

  test('has a row for every test, missing and failed ones included', () => {
    expect(rows.map((row) => row.test).sort()).toEqual(suite.tests.map((row) => row.test).sort());
    expect(rows.slice(-2).map((row) => row.verdict)).toEqual(['missing', 'failed']);
  });

  test('puts the declared first, then the largest change', () => {
    expect(chart.groups.map((group) => group.title)).toEqual(['Declared slower', 'Other tests']);
    const sizes = rows.slice(5, -2).map((row) => Math.abs(Math.log(row.estimate?.ratio ?? 1)));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test('one outlier does not flatten the others', () => {
    expect(chart.extent).toBeLessThanOrEqual(0.25);
  });

  test('a change against what was declared is said', () => {
    const tests = suite.tests.map((row) => (row.test === 'SmallLists' ? { ...row, declared: 'slower' as const } : row));
    const row = forest('host', { ...suite, tests }).groups[0]?.rows.find(({ test: name }) => name === 'SmallLists');
    expect(row).toMatchObject({ verdict: 'faster', remark: 'against what was declared: slower' });
  });
});

describe('a change no larger than what the baseline shows against itself', () => {
  const suite = inconclusive().targets[0]?.speed;
  if (suite === undefined) throw new Error('no speed in the record');
  const row = (low: number, high: number) => ({
    ...(suite.tests[0] ?? expect.fail()),
    verdict: 'no-change' as const,
    estimate: { ratio: (low + high) / 2, low, high },
    declared: undefined,
    note: undefined,
  });
  const noisy: SpeedComparison = {
    ...suite,
    threshold: 0.1,
    tests: [row(1.05, 1.09), row(0.93, 0.98), row(0.99, 1.05), row(1.001, 1.008)],
    counts: { faster: 0, slower: 0, 'no-change': 4, inconclusive: 0, missing: 0, failed: 0 },
  };

  test('is called within noise, not no change; what may be none at all is', () => {
    const words = forest('host', noisy).groups.flatMap((group) => group.rows.map((r) => [r.estimate?.low, r.word]));
    expect(Object.fromEntries(words)).toEqual({
      1.05: 'within noise',
      0.93: 'within noise',
      0.99: 'no change',
      1.001: 'no change',
    });
  });

  test('is counted apart', () => {
    expect(speedSentences(noisy).join(' ')).toContain('4 tests: 0 slower, 0 faster, 2 no change, 2 within noise.');
  });
});
