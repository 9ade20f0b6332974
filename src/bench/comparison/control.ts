import { createRandom } from '../random.ts';
import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { medianInterval } from '../statistics/median-interval.ts';
import { median, quantile } from '../statistics/quantile.ts';
import { signFlipP } from '../statistics/sign-flip.ts';
import { judge, type Rules } from './verdict.ts';

/**
 * What the baseline, built a second time, seems to have changed by.
 * Measured in one link, a test's median is the floor: the layout of either binary is in all pairs alike, and no interval
 * tells of it. Where each pair has link orders of its own, layout is in the intervals already, and only what the control
 * moved by beyond its own interval is more than the chance that the interval of the test itself accounts for.
 * @param ratios for each test: pair → log(control / baseline).
 * @returns `noiseFloor`: what 95% of the tests seem to change by at most although no source differs, as a fraction;
 * `flagged`: tests that would be called faster or slower by the rules without a floor: false alarms, or layout.
 */
export function findingsOfControl(
  ratios: readonly ReadonlyMap<number, number>[],
  eachPair: boolean,
  seed: number,
  rules: Rules,
) {
  if (ratios.length === 0) return undefined;
  const tests = ratios.map((own) => {
    const values = [...own.values()];
    return { values, median: median(values), ...medianInterval(values), p: signFlipP(values, createRandom(seed)) };
  });
  const qs = benjaminiHochberg(tests.map(({ p }) => p));
  const flagged = tests.filter((test, index) => {
    const { verdict } = judge({ ...test, q: qs[index] ?? 1, pairs: test.values.length }, rules);
    return verdict === 'faster' || verdict === 'slower';
  }).length;
  const floors = tests.map(({ median: own, low, high }) =>
    Math.expm1(eachPair ? Math.max(low, -high, 0) : Math.abs(own)),
  );
  return { noiseFloor: quantile(floors, 0.95), flagged };
}
