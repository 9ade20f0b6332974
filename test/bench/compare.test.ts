import { describe, expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison/compare.ts';
import { judge } from '../../src/bench/comparison/verdict.ts';
import type { SampleLine } from '../../src/bench/types.ts';
import { UserError } from '../../src/system/diagnostic.ts';
import { syntheticHeader, syntheticLines } from './synthetic.ts';

const quiet = { process: 0.001, block: 0.001 };

function change(lines: readonly SampleLine[], edit: (line: Extract<SampleLine, { type: 'sample' }>) => SampleLine) {
  return lines.map((line) => (line.type === 'sample' ? edit(line) : line));
}

describe('compare', () => {
  test('is a pure function of the lines', () => {
    const lines = syntheticLines({ seed: 1, pairs: 12, tests: 5, ...quiet });
    expect(compare(lines)).toEqual(compare(structuredClone(lines)));
  });

  test('finds what changed and by how much, and what did not and how surely', () => {
    const effect = (index: number) => [Math.log(1.1), Math.log(0.9), 0, 0][index] ?? 0;
    const { tests, counts } = compare(syntheticLines({ seed: 2, pairs: 12, tests: 4, ...quiet, effect }));
    expect(tests.map(({ verdict }) => verdict)).toEqual(['slower', 'faster', 'no-change', 'no-change']);
    expect(counts).toEqual({ faster: 1, slower: 1, 'no-change': 2, inconclusive: 0, missing: 0, failed: 0 });
    expect(tests[0]?.estimate?.ratio).toBeCloseTo(1.1, 2);
    expect(tests[1]?.estimate?.ratio).toBeCloseTo(0.9, 2);
    expect(tests[2]?.bound).toBeLessThan(0.01);
  });

  test('swapping the two interpreters turns every figure round', () => {
    const lines = syntheticLines({ seed: 4, pairs: 12, tests: 6, process: 0.02, block: 0.01, effect: () => 0.03 });
    const swapped = change(lines, (line) => ({
      ...line,
      variant: line.variant === 'baseline' ? 'patched' : 'baseline',
    }));
    const one = compare(lines);
    const other = compare(swapped);
    for (const [index, row] of one.tests.entries()) {
      const turned = other.tests[index];
      expect(turned?.estimate?.ratio).toBeCloseTo(1 / (row.estimate?.ratio ?? 0), 10);
      expect(turned?.estimate?.low).toBeCloseTo(1 / (row.estimate?.high ?? 0), 10);
      expect(turned?.q).toBeCloseTo(row.q ?? -1, 10);
    }
  });

  test('only whole pairs count: an interrupted one is measured again, and its first lines do not', () => {
    const lines = syntheticLines({ seed: 5, pairs: 8, tests: 3, ...quiet });
    const whole = compare(lines);
    const start = lines.findIndex((line) => line.type === 'sample' && line.pair === 4);
    const broken = change(lines.slice(start, start + 4), (line) => ({ ...line, cpu: [9], wall: [9] }));
    const resumed: SampleLine = { type: 'resumed', pair: 4, at: '2020-01-01T00:00:00.000Z' };
    expect(compare([...lines.slice(0, start), ...broken, resumed, ...lines.slice(start)])).toEqual(whole);
    const stopped = compare([...lines.slice(0, start), ...broken]);
    expect(stopped.pairs).toBe(3);
    expect(stopped.warnings).toContain('stopped after 3 of 8 pairs');
  });

  test('a test that fails on one side is a row, one that runs nowhere another, and neither disturbs the mean', () => {
    const lines = syntheticLines({ seed: 6, pairs: 12, tests: 4, ...quiet });
    const without = lines.filter((line) => line.type !== 'sample' || !['Test001', 'Test002'].includes(line.test));
    const trouble = (test: string, variant: 'baseline' | 'patched', kind: 'missing' | 'failed'): SampleLine => ({
      ...{ type: 'problem', pair: 0, variant, test, kind, message: 'AttributeError: has_key' },
    });
    without.splice(
      1,
      0,
      trouble('Test001', 'patched', 'failed'),
      trouble('Test002', 'baseline', 'missing'),
      trouble('Test002', 'patched', 'missing'),
    );
    const { tests, counts, geometricMean } = compare(without);
    expect(tests.map(({ verdict }) => verdict)).toEqual(['no-change', 'failed', 'missing', 'no-change']);
    expect(tests[1]?.note).toBe('patched: AttributeError: has_key');
    expect(tests[2]?.note).toBe('baseline, patched: AttributeError: has_key');
    expect(counts).toMatchObject({ failed: 1, missing: 1 });
    expect(geometricMean?.ratio).toBeCloseTo(1, 2);
  });

  test('a test that hung once keeps its figures and is called failed', () => {
    const lines = syntheticLines({ seed: 7, pairs: 12, tests: 2, ...quiet });
    const at = lines.findIndex((line) => line.type === 'pair-done' && line.pair === 3);
    const problem = { type: 'problem', pair: 3, variant: 'patched', test: 'Test000' } as const;
    lines.splice(at, 0, { ...problem, kind: 'timeout', message: 'no answer within 1 s' });
    const [row] = compare(lines).tests;
    expect(row?.verdict).toBe('failed');
    expect(row?.note).toContain('hangs');
    expect(row?.estimate).toBeDefined();
  });

  test('when the empty loop cannot be subtracted once, it is not subtracted anywhere in that test', () => {
    const lines = syntheticLines({ seed: 8, pairs: 12, tests: 2, ...quiet });
    let first = true;
    const raw = change(lines, (line) => {
      if (line.test !== 'Test000' || !first) return line;
      first = false;
      const { overheadCpu = 0, overheadWall: _, ...rest } = line;
      return { ...rest, overheadCpu: undefined, cpu: line.cpu.map((s) => s + overheadCpu), note: 'vanishes' };
    });
    const [row, other] = compare(raw).tests;
    expect(row?.verdict).toBe('no-change');
    expect(row?.minBaselineMs).toBeCloseTo(1.1, 1);
    expect(row?.note).toBe('vanishes');
    expect(other?.minBaselineMs).toBeCloseTo(1, 1);
  });

  test('the control raises the threshold to its own noise, so what it shows is not called a change', () => {
    const noisy = { seed: 9, pairs: 12, tests: 20, process: 0.001, block: 0.001, effect: () => 0.03 };
    expect(compare(syntheticLines({ ...noisy, control: true })).threshold).toBe(0.01);
    expect(compare(syntheticLines({ ...noisy, control: true })).counts.slower).toBe(20);
    // The control, built again, lies 5% off for reasons of layout: so may the patched one.
    const off = change(syntheticLines({ ...noisy, control: true }), (line) =>
      line.variant === 'control' ? { ...line, cpu: line.cpu.map((s) => s * 1.05) } : line,
    );
    const judged = compare(off);
    expect(judged.noiseFloor).toBeCloseTo(0.05, 2);
    expect(judged.counts.slower).toBe(0);
    expect(judged.counts['no-change']).toBe(20);
  });

  test('declared tests are a family of their own: many others do not hide them', () => {
    const effect = (index: number) => (index === 0 ? 0.05 : 0);
    const lines = syntheticLines({ seed: 10, pairs: 8, tests: 58, process: 0.005, block: 0.005, effect });
    // 8 pairs cannot show one among 58 …
    const undeclared = compare(lines);
    expect(undeclared.tests[0]?.verdict).toBe('inconclusive');
    expect(undeclared.tests[0]?.pairsToSettle).toBeGreaterThanOrEqual(12);
    expect(undeclared.warnings?.join()).toContain('that needs 12');
    // … but one that was named beforehand.
    const declared = compare(lines, { Test000: 'slower' });
    expect(declared.tests[0]).toMatchObject({ verdict: 'slower', declared: 'slower' });
  });

  test('no header is a message, not a crash', () => {
    expect(() => compare([])).toThrow(UserError);
    const empty = compare([syntheticHeader(['A'], 4)]);
    expect(empty.tests[0]?.verdict).toBe('missing');
    expect(empty.geometricMean).toBeUndefined();
  });
});

describe('judge', () => {
  const rules = { threshold: 0.01, falseDiscoveryRate: 0.05, pairsNeeded: 12 };
  const evidence = (low: number, median: number, high: number, q = 0.001, pairs = 16) => ({
    low,
    median,
    high,
    q,
    pairs,
  });

  test('sure but small is no change; large but unsure is inconclusive', () => {
    expect(judge(evidence(0.001, 0.002, 0.003), rules)).toMatchObject({ verdict: 'no-change' });
    expect(judge(evidence(0.02, 0.05, 0.08, 0.2), rules)).toMatchObject({ verdict: 'inconclusive' });
    expect(judge(evidence(-0.06, -0.05, -0.04), rules)).toEqual({ verdict: 'faster' });
    expect(judge(evidence(0.005, 0.05, 0.08), rules)).toMatchObject({ verdict: 'inconclusive' });
  });

  test('five pairs settle nothing, however alike', () => {
    expect(judge(evidence(0, 0, 0, 0.06, 5), rules)).toEqual({ verdict: 'inconclusive', pairsToSettle: 6 });
  });

  test('four times the pairs halve the interval: what they settle is what they were said to settle', () => {
    const now = judge(evidence(-0.04, 0, 0.04, 0.9, 10), rules);
    if (now.verdict !== 'inconclusive') throw new Error(now.verdict);
    const width = 0.04 * Math.sqrt(10 / now.pairsToSettle);
    expect(judge(evidence(-width, 0, width, 0.9, now.pairsToSettle), rules).verdict).toBe('no-change');
  });
});
