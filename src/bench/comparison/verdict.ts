import type { SpeedComparison, TestVerdict } from '../types.ts';

/** A change below 1% does not count, however sure it is. */
export const LEAST_CHANGE = 0.01;

/** What is known of one test's change. Logarithms of patched / baseline: above 0 is slower. */
export interface Evidence {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly q: number;
  readonly pairs: number;
}

export interface Rules {
  /** A smaller change does not count, as a fraction. */
  readonly threshold: number;
  readonly falseDiscoveryRate: number;
  /** With fewer pairs no single test can be found changed: {@link pairsToFindOne}. */
  readonly pairsNeeded: number;
}

type Judgement =
  | { readonly verdict: 'faster' | 'slower' }
  | { readonly verdict: 'no-change'; readonly bound: number }
  | { readonly verdict: 'inconclusive'; readonly pairsToSettle: number };

/** Under six values no interval of the median covers 95%: 1 - 2 / 2⁵ is 94%. */
export const FEWEST_FOR_INTERVAL = 6;

/**
 * Changed: q below the rate, and the whole interval beyond the threshold. No change: the whole interval within twice the
 * threshold, an equivalence test by confidence interval (Schuirmann 1987). The limits overlap on purpose: between one and
 * two thresholds a narrow interval settles it one way or the other, so some number of pairs always does.
 */
export function judge(evidence: Evidence, rules: Rules): Judgement {
  const { low, high, q, pairs } = evidence;
  const least = Math.log1p(rules.threshold);
  const margin = Math.log1p(2 * rules.threshold);
  if (pairs >= FEWEST_FOR_INTERVAL) {
    if (q < rules.falseDiscoveryRate && low > least) return { verdict: 'slower' };
    if (q < rules.falseDiscoveryRate && high < -least) return { verdict: 'faster' };
    const bound = Math.max(Math.abs(low), Math.abs(high));
    if (bound <= margin) return { verdict: 'no-change', bound: Math.expm1(bound) };
  }
  return { verdict: 'inconclusive', pairsToSettle: pairsToSettle(evidence, rules, least, margin) };
}

/** The interval's half width shrinks with the square root of the number of pairs; the median is taken to stay. */
function pairsToSettle(evidence: Evidence, rules: Rules, least: number, margin: number): number {
  const { low, high, median, pairs } = evidence;
  const size = Math.abs(median);
  const halfWidth = Math.max(high - median, median - low);
  const needed = Math.max(size - least, margin - size);
  const byWidth = Math.ceil(pairs * (halfWidth / needed) ** 2);
  const changed = size - least > margin - size;
  return Math.max(byWidth, pairs + 1, FEWEST_FOR_INTERVAL, changed ? rules.pairsNeeded : 0);
}

type OverallSpeed = Extract<TestVerdict, 'slower' | 'faster' | 'no-change' | 'inconclusive'>;

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
