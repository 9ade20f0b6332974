import type { Random } from '../random.ts';
import { mean } from '../statistics/quantile.ts';
import { trimmedMean, trimmedMeanInterval } from '../statistics/trimmed-mean.ts';
import type { RatioEstimate } from '../types.ts';

/**
 * The geometric mean of all tests' ratios, with a bootstrap interval over the pairs: the tests are given, the processes
 * are the sample. Over the pairs the mean is trimmed: one process that ran beside something else all the time (seen: 24%
 * slower through most tests) must not decide about the whole. In a pair in which a test is missing, it counts as its own mean over the other pairs,
 * so that the pair does not look faster for lack of a slow test.
 * @param ratios for each test: pair → log ratio.
 */
export function geometricMean(
  ratios: readonly ReadonlyMap<number, number>[],
  random: Random,
): RatioEstimate | undefined {
  const usable = ratios.filter((own) => own.size > 0);
  const pairs = [...new Set(usable.flatMap((own) => [...own.keys()]))];
  if (pairs.length === 0) return undefined;
  const filled = usable.map((own) => ({ own, otherwise: mean([...own.values()]) }));
  const byPair = pairs.map((pair) => mean(filled.map(({ own, otherwise }) => own.get(pair) ?? otherwise)));
  const { low, high } = trimmedMeanInterval(byPair, random);
  return { ratio: Math.exp(trimmedMean(byPair)), low: Math.exp(low), high: Math.exp(high) };
}
