import { byCodeUnit } from '../../system/hash.ts';
import type { Declared } from '../comparison/compare.ts';
import { mean } from '../statistics/quantile.ts';
import type { InstructionComparison, InstructionRatio, InstructionRow, InstructionVerdict, Tally } from './types.ts';

/** A change of fewer instructions than this is nobody's concern, however exact it is. */
const THRESHOLD = 0.001;

export interface Counted {
  /** One a layout. */
  readonly layouts: readonly Tally[];
  /** The first layout, counted again. */
  readonly again: Tally | undefined;
  /** Tests that were not counted because they fail, and why. */
  readonly failed: ReadonlyMap<string, string>;
}

export interface CountedBoth extends Pick<InstructionComparison, 'suite' | 'pybench' | 'counter' | 'method'> {
  readonly baseline: Counted;
  readonly patched: Counted;
  readonly tests: readonly string[];
  /** The tests' own numbers of rounds, and operations in a round. */
  readonly rounds: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, number>>;
  readonly declared: Declared;
}

export function compareInstructions(counted: CountedBoth): InstructionComparison {
  const { baseline, patched } = counted;
  const differences = [...repeatDifferences(baseline), ...repeatDifferences(patched)];
  const spread = Math.max(0, ...differences);
  const threshold = Math.max(THRESHOLD, spread);
  const measured = new Map<string, Both>();
  const counts = { more: 0, fewer: 0, same: 0, layout: 0, missing: 0, failed: 0 };
  const rowOf = (test: string): InstructionRow => {
    const about = { test, declared: counted.declared[test] };
    const both = countsOf(test, baseline, patched);
    if (typeof both === 'string') {
      // As with speed: what fails everywhere is not there for this Python.
      const oneSide = (whyFailed(test, baseline) === undefined) !== (whyFailed(test, patched) === undefined);
      return { ...about, verdict: oneSide ? 'failed' : 'missing', note: both };
    }
    measured.set(test, both);
    const { baseline: before, patched: after, rounds, uncalibrated } = both;
    const change = changeOf(before, after);
    const verdict = verdictOf(change, before.length, threshold);
    const [defaultRounds, operations] = [counted.rounds[test], counted.operations[test]];
    const figures = { change, baseline: before, patched: after, rounds, defaultRounds, operations };
    return { ...about, verdict, ...figures, ...(uncalibrated ? { uncalibrated } : {}) };
  };
  const tests = counted.tests.map(rowOf).sort(byChange);
  for (const { verdict } of tests) counts[verdict] += 1;
  const ratios = tests.flatMap(({ change }) => change?.ratio ?? []);
  const { suite, pybench, counter, method } = counted;
  return {
    schemaVersion: 1,
    ...{ suite, pybench, counter, method },
    layouts: baseline.layouts.length,
    deterministic: differences.length > 0 && spread === 0,
    repeated: differences.length,
    ...(spread > 0 ? { spread } : {}),
    threshold,
    ...(ratios.length === 0 ? {} : { total: totalOf(measured, counted.rounds), geometricMean: geometricMean(ratios) }),
    ...{ counts, tests },
  };
}

/** Instructions of a test without its loop, one a layout. */
interface Both {
  readonly baseline: readonly number[];
  readonly patched: readonly number[];
  readonly rounds: number;
  readonly uncalibrated: boolean;
}

/** @returns why there is nothing to compare, when a side lacks a count. */
function countsOf(test: string, baseline: Counted, patched: Counted): Both | string {
  const countedIn = ({ layouts }: Counted) => layouts.flatMap(({ counts }) => counts.get(test) ?? []);
  const [before, after] = [countedIn(baseline), countedIn(patched)];
  const [first] = before;
  if (first === undefined || before.length < baseline.layouts.length || after.length < patched.layouts.length) {
    const whys = { baseline: whyFailed(test, baseline), patched: whyFailed(test, patched) };
    if (whys.baseline === whys.patched) return whys.baseline ?? 'not counted';
    const said = Object.entries(whys).flatMap(([side, why]) => (why === undefined ? [] : [`${side}: ${why}`]));
    return said.join('; ');
  }
  const all = [...before, ...after];
  // A loop that seems to take more than the test would leave nothing, or less, to compare.
  const uncalibrated = all.some(({ empty, full }) => full <= empty);
  if (all.some(({ full }) => full <= 0)) return 'no more instructions than in its empty loop';
  const net = ({ empty, full }: Pair) => (uncalibrated ? full : full - empty);
  return { baseline: before.map(net), patched: after.map(net), rounds: first.rounds, uncalibrated };
}

type Pair = NonNullable<ReturnType<Tally['counts']['get']>>;

function whyFailed(test: string, side: Counted): string | undefined {
  return side.failed.get(test) ?? side.layouts.map(({ failed }) => failed.get(test)).find((why) => why !== undefined);
}

/** Layout by layout: what the layout alone does is the same on both sides, mostly. */
function changeOf(baseline: readonly number[], patched: readonly number[]): InstructionRatio {
  const ratios = patched.map((count, i) => count / (baseline[i] ?? Number.NaN));
  return { ratio: geometricMean(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

const geometricMean = (ratios: readonly number[]) => Math.exp(mean(ratios.map(Math.log)));

/**
 * Critical values of |mean| / range for a two-sided error of 1%, by the number of layouts (Lord 1947, “The use of range
 * in place of standard deviation in the t-test”, Biometrika 34).
 */
const CRITICAL: Readonly<Record<number, number>> = { 3: 3.008, 4: 1.316, 5: 0.843, 6: 0.628 };

function verdictOf({ ratio, low, high }: InstructionRatio, layouts: number, threshold: number): InstructionVerdict {
  if (high <= 1 + threshold && low >= 1 - threshold) return 'same';
  const [size, range] = [Math.abs(Math.log(ratio)), Math.log(high / low)];
  const critical = CRITICAL[layouts];
  // One layout says nothing of the others: its count stands as it is.
  const beyondLayout = layouts === 1 || (critical !== undefined && size > critical * range);
  if (!beyondLayout) return 'layout';
  if (size < Math.log(1 + threshold)) return 'same';
  return ratio > 1 ? 'more' : 'fewer';
}

/** Each test at its own rounds: sums over the tests, one a layout. */
function totalOf(measured: ReadonlyMap<string, Both>, ownRounds: CountedBoth['rounds']) {
  const sum = (side: 'baseline' | 'patched'): number[] => {
    const sums: number[] = [];
    for (const [test, both] of measured) {
      const weight = (ownRounds[test] ?? both.rounds) / both.rounds;
      for (const [i, count] of both[side].entries()) sums[i] = (sums[i] ?? 0) + count * weight;
    }
    return sums;
  };
  const [before, after] = [sum('baseline'), sum('patched')];
  return { baseline: Math.round(mean(before)), patched: Math.round(mean(after)), ...changeOf(before, after) };
}

/** Of each test that was counted twice, how far the two counts are apart, as a fraction. */
function repeatDifferences({ layouts, again }: Counted): number[] {
  const first = layouts[0]?.counts;
  if (first === undefined || again === undefined) return [];
  return [...again.counts].flatMap(([test, { empty, full }]) => {
    const before = first.get(test);
    if (before === undefined) return [];
    return [(Math.abs(full - before.full) + Math.abs(empty - before.empty)) / Math.max(1, before.full)];
  });
}

/** The largest first; what was not counted last. */
function byChange(a: InstructionRow, b: InstructionRow): number {
  const size = ({ change }: InstructionRow) => (change === undefined ? -Infinity : Math.log(change.ratio));
  return size(b) - size(a) || byCodeUnit(a.test, b.test);
}
