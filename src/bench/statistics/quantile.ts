/** Sample quantile by linear interpolation (Hyndman and Fan 1996, type 7, the default of R and NumPy). Not empty. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, sorted.length - 1)];
  if (low === undefined || high === undefined) throw new Error('a quantile of nothing');
  return low + (high - low) * (at - below);
}

/** The smallest value; `Math.min(...values)` fails on long lists. Infinity of nothing. */
export function least(values: readonly number[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < smallest) smallest = value;
  return smallest;
}

/** The middle value, or the mean of the middle two. Not empty. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new Error('a mean of nothing');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
