import type { Random } from '../random.ts';
import { quantile } from './quantile.ts';

const RESAMPLES = 9_999;

/** The share of the values that is left out on either side: Wilcox' advice for what is usually normal and sometimes disturbed. */
export const TRIMMED = 0.2;

/** The mean of what is left when the smallest and the largest fifth are left out (Tukey and McLaughlin 1963). Not empty. */
export function trimmedMean(values: readonly number[]): number {
  return ofSorted(Float64Array.from(values).sort()).centre;
}

/**
 * The bootstrap-t interval of the trimmed mean (Wilcox 2012, "Introduction to Robust Estimation and Hypothesis Testing",
 * 3rd edition, section 4.4.2): each resample is measured in its own standard errors, taken from the winsorised variance.
 * One or two disturbed values of twenty do not reach it, where they stretch the interval of a mean without bound.
 * @returns under four values, or when all that is left is equal: the smallest and the largest.
 */
export function trimmedMeanInterval(
  values: readonly number[],
  random: Random,
  confidence = 0.95,
): { low: number; high: number } {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  const own = ofSorted(sorted);
  if (n < 4 || own.error === 0) return { low: sorted[0] as number, high: sorted[n - 1] as number };
  const resample = new Float64Array(n);
  const ts: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    for (let k = 0; k < n; k++) resample[k] = sorted[random.below(n)] as number;
    resample.sort();
    const { centre, error } = ofSorted(resample);
    if (error > 0) ts.push((centre - own.centre) / error);
  }
  const tail = (1 - confidence) / 2;
  return { low: own.centre - quantile(ts, 1 - tail) * own.error, high: own.centre - quantile(ts, tail) * own.error };
}

/** The trimmed mean and its standard error: the winsorised standard deviation / ((1 - 2 × share) √n). */
function ofSorted(sorted: Float64Array): { readonly centre: number; readonly error: number } {
  const n = sorted.length;
  if (n === 0) throw new Error('a mean of nothing');
  const cut = Math.floor(TRIMMED * n);
  let sum = 0;
  for (let k = cut; k < n - cut; k++) sum += sorted[k] as number;
  const centre = sum / (n - 2 * cut);
  const low = sorted[cut] as number;
  const high = sorted[n - cut - 1] as number;
  const winsorised = (sum + cut * (low + high)) / n;
  let squares = cut * ((low - winsorised) ** 2 + (high - winsorised) ** 2);
  for (let k = cut; k < n - cut; k++) squares += ((sorted[k] as number) - winsorised) ** 2;
  const error = n < 2 ? 0 : Math.sqrt(squares / (n - 1)) / ((1 - 2 * TRIMMED) * Math.sqrt(n));
  // What is left of equal values by rounding is no spread.
  return { centre, error: error > 1e-15 * Math.abs(centre) ? error : 0 };
}
