import type { SpeedComparison, TestVerdict } from '../types.ts';
import { LEAST_CHANGE } from './compare.ts';
import { FEWEST_FOR_INTERVAL } from './verdict.ts';

export type OverallSpeed = Extract<TestVerdict, 'slower' | 'faster' | 'no-change' | 'inconclusive'>;

/** The change of the whole that counts: single tests move by more than their mean does, so it has a floor of its own. */
export function wholeThreshold({ threshold, controlMean }: SpeedComparison): number {
  if (controlMean === undefined) return threshold;
  return Math.max(LEAST_CHANGE, Math.expm1(Math.abs(Math.log(controlMean.ratio))));
}

/**
 * What the geometric mean's interval says, measured by the change that counts: wholly beyond it is faster or slower,
 * wholly inside is no change, anything else is inconclusive.
 * @returns `undefined` when no test could be compared.
 */
export function overallSpeed(speed: SpeedComparison): OverallSpeed | undefined {
  const mean = speed.geometricMean;
  if (mean === undefined) return undefined;
  // Under six pairs no interval covers 95%, so the whole gets no verdict, as single tests do not.
  if (speed.pairs < FEWEST_FOR_INTERVAL) return 'inconclusive';
  const upper = 1 + wholeThreshold(speed);
  const lower = 1 / upper;
  if (mean.low > upper) return 'slower';
  if (mean.high < lower) return 'faster';
  return mean.low >= lower && mean.high <= upper ? 'no-change' : 'inconclusive';
}
