/** The place of each pair of order statistics in the bootstrap distribution: their mean has this probability. */
interface Weight {
  readonly low: number;
  readonly high: number;
  readonly probability: number;
}

const known = new Map<number, readonly Weight[]>();

/** Below it the bootstrap's steps are so coarse that an interval of 95% covers 87 to 96% (simulated, normal values). */
const FEWEST_FOR_BOOTSTRAP = 20;

/**
 * The interval between two order statistics, which covers the median with at least the confidence whatever the
 * distribution (the sign test turned round: Conover 1999, "Practical Nonparametric Statistics", section 3.2).
 */
function byOrder(sorted: Float64Array, confidence: number): { low: number; high: number } {
  const n = sorted.length;
  if (n === 0) throw new Error('an interval of nothing');
  let outside = 0;
  let cut = 0;
  // P(fewer than k of n values lie below the median), both sides.
  for (let k = 0; k < n / 2; k++) {
    outside += 2 * choose(n, k) * 0.5 ** n;
    if (outside > 1 - confidence) break;
    cut = k;
  }
  return { low: sorted[cut] as number, high: sorted[n - 1 - cut] as number };
}

/**
 * The percentile bootstrap interval of the median (Efron 1979), from the exact bootstrap distribution: all nⁿ resamples
 * at once, in closed form (Hutson and Ernst 2000, "The exact bootstrap mean and variance of an L-estimator", J. R. Statist.
 * Soc. B 62:89-94), so there is no seed and no error of drawing.
 * Under twenty values it is that of order statistics instead.
 * It never goes beyond the smallest and the largest value; under six values no such interval covers 95%.
 * @returns ends such that each side of the distribution beyond them holds less than (1 - confidence) / 2.
 */
export function medianInterval(values: readonly number[], confidence = 0.95): { low: number; high: number } {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length < FEWEST_FOR_BOOTSTRAP) return byOrder(sorted, confidence);
  const distribution = weightsOf(sorted.length)
    .map(({ low, high, probability }) => ({
      value: ((sorted[low] as number) + (sorted[high] as number)) / 2,
      probability,
    }))
    .sort((a, b) => a.value - b.value);
  const tail = (1 - confidence) / 2;
  return { low: endOf(distribution, tail), high: endOf(distribution.toReversed(), tail) };
}

function endOf(distribution: readonly { value: number; probability: number }[], tail: number): number {
  let reached = 0;
  for (const { value, probability } of distribution) {
    reached += probability;
    if (reached >= tail) return value;
  }
  throw new Error('a bootstrap distribution that does not add up');
}

function weightsOf(n: number): readonly Weight[] {
  if (n === 0) throw new Error('an interval of nothing');
  const cached = known.get(n);
  if (cached !== undefined) return cached;
  const made = n % 2 === 1 ? oddWeights(n) : evenWeights(n);
  known.set(n, made);
  return made;
}

/** P(at least `m` of `n` draws are among the `k` smallest). */
function atLeast(m: number, n: number, k: number): number {
  let sum = 0;
  for (let i = m; i <= n; i++) sum += choose(n, i) * (k / n) ** i * ((n - k) / n) ** (n - i);
  return sum;
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}

function oddWeights(n: number): Weight[] {
  const middle = (n + 1) / 2;
  return Array.from({ length: n }, (_, i) => ({
    low: i,
    high: i,
    probability: atLeast(middle, n, i + 1) - atLeast(middle, n, i),
  }));
}

/** For even n the median is the mean of the m-th and the next; i < j: m draws up to i with one at i, m from j with one at j. */
function evenWeights(n: number): Weight[] {
  const m = n / 2;
  const all: Weight[] = [];
  for (let i = 0; i < n; i++) {
    let apart = 0;
    for (let j = i + 1; j < n; j++) {
      const below = ((i + 1) / n) ** m - (i / n) ** m;
      const above = ((n - j) / n) ** m - ((n - j - 1) / n) ** m;
      const probability = choose(n, m) * below * above;
      apart += probability;
      all.push({ low: i, high: j, probability });
    }
    // The m-th is i, whatever follows, less the cases in which something else follows.
    const together = atLeast(m, n, i + 1) - atLeast(m, n, i) - apart;
    all.push({ low: i, high: i, probability: Math.max(0, together) });
  }
  return all;
}
