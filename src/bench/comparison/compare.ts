import { UserError } from '../../system/diagnostic.ts';
import { createRandom } from '../random.ts';
import { completeSamples } from '../samples/complete.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { medianInterval } from '../statistics/median-interval.ts';
import { median } from '../statistics/quantile.ts';
import { pairsToFindOne, signFlipP } from '../statistics/sign-flip.ts';
import type { SampleHeader, SampleLine, SpeedComparison, TestRow, TestVerdict } from '../types.ts';
import { findingsOfControl } from './control.ts';
import { geometricMean } from './geometric-mean.ts';
import { collectTimes, pairedLogRatios } from './ratios.ts';
import { testRow } from './row.ts';
import { usualOf } from './usual-methods.ts';

/** What the recipe said beforehand of single tests. They are judged as a family of their own, so the many others cannot hide them. */
export type Declared = Readonly<Record<string, 'faster' | 'slower'>>;

export const FALSE_DISCOVERY_RATE = 0.05;
/** A change below 1% does not count, however sure it is. */
export const LEAST_CHANGE = 0.01;

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
  const times = collectTimes(complete);
  const ratios = new Map([...times].map(([test, own]) => [test, pairedLogRatios(own, 'patched')]));
  const measured = [...ratios].filter(([, own]) => own.size > 0).map(([test]) => test);
  const ps = new Map(
    measured.map((test) => [
      test,
      signFlipP([...(ratios.get(test)?.values() ?? [])], createRandom(header.settings.seed)),
    ]),
  );
  const qs = adjusted(ps, declared);
  const controls = [...times.values()].map((own) => pairedLogRatios(own, 'control')).filter(({ size }) => size > 0);
  const pairsNeeded = pairsToFindOne(measured.length, FALSE_DISCOVERY_RATE);
  const plain = { threshold: LEAST_CHANGE, falseDiscoveryRate: FALSE_DISCOVERY_RATE, pairsNeeded };
  const control = findingsOfControl(controls, header.layouts?.control !== undefined, header.settings.seed, plain);
  const threshold = Math.max(LEAST_CHANGE, control?.noiseFloor ?? 0);
  const rules = { ...plain, threshold };
  const tests = header.tests.map((test): TestRow => {
    const values = [...(ratios.get(test)?.values() ?? [])];
    const p = ps.get(test);
    const evidence =
      p === undefined
        ? undefined
        : { median: median(values), ...medianInterval(values), p, q: qs.get(test) ?? 1, pairs: values.length };
    const own = problems.filter((problem) => problem.test === test);
    return testRow(test, evidence, rules, own, times.get(test), declaredOf(declared, test));
  });
  const controlMean = geometricMean(controls, createRandom(header.settings.seed, 2));
  const overall = geometricMean([...ratios.values()], createRandom(header.settings.seed, 1));
  return {
    schemaVersion: 1,
    suite: header.suite,
    pybench: header.pybench,
    pins: header.pins,
    clock: header.clock,
    pairs: pairs.length,
    pairsPlanned: header.settings.pairs,
    geometricMean: overall,
    counts: countVerdicts(tests),
    tests,
    threshold,
    ...(control === undefined ? {} : { noiseFloor: control.noiseFloor, controlFlagged: control.flagged }),
    controlMean,
    falseDiscoveryRate: FALSE_DISCOVERY_RATE,
    planted: header.planted,
    warnings: warningsOf(header, pairs.length, measured.length, pairsNeeded),
    usual: usualOf(times.values()),
  };
}

/** q of the declared tests among themselves, then of all others. */
function adjusted(ps: ReadonlyMap<string, number>, declared: Declared): ReadonlyMap<string, number> {
  const families = Map.groupBy(ps.keys(), (test) => declaredOf(declared, test) !== undefined);
  return new Map(
    [...families.values()].flatMap((tests) => {
      const qs = benjaminiHochberg(tests.map((test) => ps.get(test) ?? 1));
      return tests.map((test, index) => [test, qs[index] ?? 1] as const);
    }),
  );
}

/** A test may be called like a member of every object. */
const declaredOf = (declared: Declared, test: string) => (Object.hasOwn(declared, test) ? declared[test] : undefined);

function countVerdicts(tests: readonly TestRow[]): Record<TestVerdict, number> {
  const counts = { faster: 0, slower: 0, 'no-change': 0, inconclusive: 0, missing: 0, failed: 0 };
  for (const { verdict } of tests) counts[verdict]++;
  return counts;
}

function warningsOf(header: SampleHeader, pairs: number, tests: number, needed: number): string[] {
  const warnings: string[] = [];
  if (pairs < header.settings.pairs) warnings.push(`stopped after ${pairs} of ${header.settings.pairs} pairs`);
  if (pairs < needed) {
    warnings.push(`${pairs} pairs cannot show that a single one of ${tests} tests changed: that needs ${needed}`);
  }
  if (header.pinnedCpu === undefined) warnings.push('the workers were not pinned to a CPU');
  return warnings;
}
