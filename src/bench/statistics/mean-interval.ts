import type { Random } from '../random.ts';
import { mean, quantile } from './quantile.ts';

const RESAMPLES = 9_999;

/**
 * The bootstrap-t interval of a mean (Efron and Tibshirani 1993, chapter 12.5): each resample is measured in its own
 * standard errors, which keeps the coverage at few values, where percentile intervals are too narrow (Hesterberg 2015,
 * "What teachers should know about the bootstrap", The American Statistician 69:371-386).
 * @returns under four values, or when all are equal: the smallest and the largest.
 */
export function meanInterval(
  values: readonly number[],
  random: Random,
  confidence = 0.95,
): { low: number; high: number } {
  const n = values.length;
  const centre = mean(values);
  const spread = standardError(Float64Array.from(values));
  if (n < 4 || spread === 0) return { low: Math.min(...values), high: Math.max(...values) };
  const resample = new Float64Array(n);
  const ts: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const value = values[random.below(n)] as number;
      resample[k] = value;
      sum += value;
    }
    const error = standardError(resample);
    if (error > 0) ts.push((sum / n - centre) / error);
  }
  const tail = (1 - confidence) / 2;
  return { low: centre - quantile(ts, 1 - tail) * spread, high: centre - quantile(ts, tail) * spread };
}

/** Of the mean: the square root of (variance / n). */
function standardError(values: Float64Array): number {
  const n = values.length;
  let sum = 0;
  for (let k = 0; k < n; k++) sum += values[k] as number;
  const centre = sum / n;
  let squares = 0;
  for (let k = 0; k < n; k++) squares += ((values[k] as number) - centre) ** 2;
  const error = Math.sqrt(squares / (n - 1) / n);
  // What is left of equal values by rounding is no spread.
  return error > 1e-15 * Math.abs(centre) ? error : 0;
}
