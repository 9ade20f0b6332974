import type { Variant } from '../../builds/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { createRandom, type Random } from '../random.ts';
import { type CompleteSamples, completeSamples } from '../samples/complete.ts';
import { medianInterval } from '../statistics/median-interval.ts';
import { least, mean, median, quantile } from '../statistics/quantile.ts';
import { benjaminiHochberg, pairsToFindOne, signFlipP } from '../statistics/sign-flip.ts';
import { trimmedMean, trimmedMeanInterval } from '../statistics/trimmed-mean.ts';
import type {
  Family,
  RatioEstimate,
  SampleHeader,
  SampleLine,
  SampleProblem,
  SpeedComparison,
  TestRow,
} from '../types.ts';
import { memoryRows } from './memory.ts';
import { collectTimes, pairedLogRatios, type TestTimes } from './ratios.ts';
import { usualOf } from './usual-methods.ts';
import { type Evidence, judge, LEAST_CHANGE, type Rules } from './verdict.ts';

/** What the recipe said beforehand of single tests. They are judged as a family of their own, so the many others cannot hide them. */
export type Declared = Readonly<Record<string, 'faster' | 'slower'>>;

const FALSE_DISCOVERY_RATE = 0.05;

/**
 * What happened to speed: a pure function of the samples' lines. Only whole pairs count.
 * @throws UserError when there is no header.
 */
export function compare(lines: readonly SampleLine[], declared: Declared = {}): SpeedComparison {
  const complete = completeSamples(lines);
  if (complete === undefined) {
    throw new UserError({ code: 'bench/no-samples', message: 'there are no samples', hint: 'run the benchmark first' });
  }
  const { header, problems, pairs } = complete;
  const { suite, pybench, pins, clock, planted, settings } = header;
  const { times, ratios, ps } = evidenceOf(complete);
  const valuesOf = (test: string) => [...(ratios.get(test)?.values() ?? [])];
  const { family } = complete;
  const qs = qsOf(ps, declared, family);
  const judged = ps.size + (family === undefined ? 0 : family.declared.length + family.others.length);
  const pairsNeeded = pairsToFindOne(judged, FALSE_DISCOVERY_RATE);
  const plain = { threshold: LEAST_CHANGE, falseDiscoveryRate: FALSE_DISCOVERY_RATE, pairsNeeded };
  const control = family === undefined ? controlOf(complete) : family.control;
  const threshold = Math.max(LEAST_CHANGE, control?.noiseFloor ?? 0);
  const counts = { faster: 0, slower: 0, 'no-change': 0, inconclusive: 0, missing: 0, failed: 0 };
  const tests = header.tests.map((test) => {
    const values = valuesOf(test);
    const p = ps.get(test);
    const found = p === undefined ? undefined : { ...middleOf(values), p, q: qs.get(test) ?? 1, pairs: values.length };
    const own = problems.filter((problem) => problem.test === test);
    const row = testRow(test, found, { ...plain, threshold }, own, times.get(test), declaredOf(declared, test));
    counts[row.verdict]++;
    return row;
  });
  const memory = memoryRows(complete);
  return {
    schemaVersion: 1,
    ...{ suite, pybench, pins, clock },
    pairs: pairs.length,
    pairsPlanned: settings.pairs,
    geometricMean: geometricMean([...ratios.values()], createRandom(settings.seed, 1)),
    ...{ counts, tests, threshold },
    ...(control === undefined ? {} : { noiseFloor: control.noiseFloor, controlFlagged: control.flagged }),
    controlMean: control?.mean,
    falseDiscoveryRate: FALSE_DISCOVERY_RATE,
    planted,
    warnings: warningsOf(header, pairs.length, judged, pairsNeeded),
    usual: usualOf(times.values()),
    ...(memory.length === 0 ? {} : { memory }),
  };
}

/** Every test's paired log ratios, and the sign-flip p of each that was measured. */
export function evidenceOf(complete: CompleteSamples) {
  const times = collectTimes(complete);
  const ratios = new Map([...times].map(([test, own]) => [test, pairedLogRatios(own, 'patched')]));
  const { seed } = complete.header.settings;
  const measured = [...ratios].filter(([, own]) => own.size > 0);
  const ps = new Map(measured.map(([test, own]) => [test, signFlipP([...own.values()], createRandom(seed))]));
  return { times, ratios, ps };
}

/** What a session's control says, the baseline once more; `undefined` without one. */
export function controlOf(complete: CompleteSamples): Family['control'] {
  const { header } = complete;
  const { seed } = header.settings;
  const all = [...collectTimes(complete).values()].map((own) => pairedLogRatios(own, 'control'));
  const controls = all.filter(({ size }) => size > 0);
  const pairsNeeded = pairsToFindOne(controls.length, FALSE_DISCOVERY_RATE);
  const rules = { threshold: LEAST_CHANGE, falseDiscoveryRate: FALSE_DISCOVERY_RATE, pairsNeeded };
  const found = findingsOfControl(controls, header.layouts?.control !== undefined, seed, rules);
  return found && { ...found, mean: geometricMean(controls, createRandom(seed, 2)) };
}

const middleOf = (values: readonly number[]) => ({ median: median(values), ...medianInterval(values) });

/** pair → log(one / baseline), of one test. */
type PairRatios = ReadonlyMap<number, number>;

/** q of the declared tests among themselves, then of all others; each with those of the session's other comparisons. */
export function qsOf(
  ps: ReadonlyMap<string, number>,
  declared: Declared,
  family: Family | undefined,
): ReadonlyMap<string, number> {
  const families = Map.groupBy(ps.keys(), (test) => declaredOf(declared, test) !== undefined);
  return new Map(
    [...families].flatMap(([isDeclared, tests]) => {
      const beside = (isDeclared ? family?.declared : family?.others) ?? [];
      const qs = benjaminiHochberg([...tests.map((test) => ps.get(test) ?? 1), ...beside]);
      return tests.map((test, index) => [test, qs[index] ?? 1] as const);
    }),
  );
}

/** A test may be called like a member of every object. */
export const declaredOf = (declared: Declared, test: string) =>
  Object.hasOwn(declared, test) ? declared[test] : undefined;

function warningsOf(header: SampleHeader, pairs: number, tests: number, needed: number): string[] {
  const warnings: string[] = [];
  if (pairs < header.settings.pairs) warnings.push(`stopped after ${pairs} of ${header.settings.pairs} pairs`);
  if (pairs < needed) {
    warnings.push(`${pairs} pairs cannot show that a single one of ${tests} tests changed: that needs ${needed}`);
  }
  if (header.pinnedCpu === undefined) warnings.push('the workers were not pinned to a CPU');
  return warnings;
}

/**
 * What the baseline, built a second time, seems to have changed by.
 * Measured in one link, a test's median is the floor: the layout of either binary is in all pairs alike, and no interval
 * tells of it. Where each pair has link orders of its own, layout is in the intervals already, and only what the control
 * moved by beyond its own interval is more than the chance that the interval of the test itself accounts for.
 * @param ratios for each test: pair → log(control / baseline).
 * @returns `noiseFloor`: what 95% of the tests seem to change by at most although no source differs, as a fraction;
 * `flagged`: tests that would be called faster or slower by the rules without a floor: false alarms, or layout.
 */
function findingsOfControl(ratios: readonly PairRatios[], eachPair: boolean, seed: number, rules: Rules) {
  if (ratios.length === 0) return undefined;
  const tests = ratios.map((own) => {
    const values = [...own.values()];
    return { values, ...middleOf(values), p: signFlipP(values, createRandom(seed)) };
  });
  const qs = benjaminiHochberg(tests.map(({ p }) => p));
  const flagged = tests.filter((test, index) => {
    const { verdict } = judge({ ...test, q: qs[index] ?? 1, pairs: test.values.length }, rules);
    return verdict === 'faster' || verdict === 'slower';
  }).length;
  const beyond = ({ median, low, high }: (typeof tests)[0]) => (eachPair ? Math.max(low, -high, 0) : Math.abs(median));
  return { noiseFloor: quantile(tests.map(beyond).map(Math.expm1), 0.95), flagged };
}

/**
 * The geometric mean of all tests' ratios, with a bootstrap interval over the pairs: the tests are given, the processes
 * are the sample. Over the pairs the mean is trimmed: one process that ran beside something else all the time (seen: 24%
 * slower through most tests) must not decide about the whole. In a pair in which a test is missing, it counts as its own mean over the other pairs,
 * so that the pair does not look faster for lack of a slow test.
 * @param ratios for each test: pair → log ratio.
 */
export function geometricMean(ratios: readonly PairRatios[], random: Random): RatioEstimate | undefined {
  const usable = ratios.filter((own) => own.size > 0);
  const pairs = [...new Set(usable.flatMap((own) => [...own.keys()]))];
  if (pairs.length === 0) return undefined;
  const filled = usable.map((own) => ({ own, otherwise: mean([...own.values()]) }));
  const byPair = pairs.map((pair) => mean(filled.map(({ own, otherwise }) => own.get(pair) ?? otherwise)));
  const { low, high } = trimmedMeanInterval(byPair, random);
  return { ratio: Math.exp(trimmedMean(byPair)), low: Math.exp(low), high: Math.exp(high) };
}

/**
 * The row of one test. A problem on any side makes it `missing` or `failed`, whatever else was measured:
 * nothing is dropped, and no figure hides it.
 */
function testRow(
  test: string,
  evidence: (Evidence & { readonly p: number }) | undefined,
  rules: Rules,
  problems: readonly SampleProblem[],
  times: TestTimes | undefined,
  declared: 'faster' | 'slower' | undefined,
): TestRow {
  const { median = 0, low = 0, high = 0, p, q, pairs = 0 } = evidence ?? {};
  const estimate = { ratio: Math.exp(median), low: Math.exp(low), high: Math.exp(high) };
  const figures = evidence === undefined ? { pairs } : { estimate, p, q, pairs };
  const common = { test, ...figures, ...milliseconds(times), declared };
  if (problems.length > 0) {
    const verdict = problems.every(({ kind }) => kind === 'missing') ? 'missing' : 'failed';
    return { ...common, verdict, note: describe(problems) };
  }
  const note = times?.note === undefined ? {} : { note: times.note };
  if (evidence === undefined) return { ...common, verdict: 'missing', note: 'no whole pair was measured' };
  return { ...common, ...judge(evidence, rules), ...note };
}

/** One sentence a variant; the same trouble on all of them is said once. */
function describe(problems: readonly SampleProblem[]): string {
  const grouped = Map.groupBy(problems, ({ kind, message }) => `${kind === 'timeout' ? 'hangs: ' : ''}${message}`);
  const who = (own: readonly SampleProblem[]) => [...new Set(own.map(({ variant }) => variant))].join(', ');
  return [...grouped].map(([message, own]) => `${who(own)}: ${message}`).join('; ');
}

function milliseconds(times: TestTimes | undefined) {
  const of = (variant: Variant) =>
    times?.byVariant.get(variant)?.flatMap(({ blocks }) => blocks.map((seconds) => seconds * 1000)) ?? [];
  const [baseline, patched] = [of('baseline'), of('patched')];
  return {
    ...(baseline.length === 0 ? {} : { minBaselineMs: least(baseline), avgBaselineMs: mean(baseline) }),
    ...(patched.length === 0 ? {} : { minPatchedMs: least(patched), avgPatchedMs: mean(patched) }),
  };
}
