import { cumulativeStdNormalProbability, mean, sampleVariance } from 'simple-statistics';
import { least } from '../statistics/quantile.ts';
import type { UsualVerdict } from '../types.ts';
import type { TestTimes } from './ratios.ts';

/** What the usual tools call a difference: p under 5%, each test for itself. */
export const USUAL_LEVEL = 0.05;

/**
 * The comparison as pybench and the usual runners make it: for showing beside ours, never for judging. Blocks of one
 * process resemble each other, so a test that takes each for a sample of its own finds differences between any two
 * processes. The t distribution is taken as normal: there are hundreds of blocks.
 */
export function usualOf(times: Iterable<TestTimes>): UsualVerdict[] {
  return [...times].flatMap(({ test, byVariant }) => {
    const [baseline, patched] = (['baseline', 'patched'] as const).map(
      (variant) => byVariant.get(variant)?.flatMap(({ blocks }) => blocks) ?? [],
    );
    if (baseline === undefined || patched === undefined || baseline.length < 2 || patched.length < 2) return [];
    const minimumDifference = least(patched) / least(baseline) - 1;
    if (!Number.isFinite(minimumDifference)) return [];
    return [{ test, minimumDifference, pooledT: welchP(baseline, patched) }];
  });
}

/** Two-sided p of Welch's t test, its distribution taken as normal. */
export function welchP(a: readonly number[], b: readonly number[]): number {
  const variance = sampleVariance([...a]) / a.length + sampleVariance([...b]) / b.length;
  const difference = Math.abs(mean([...a]) - mean([...b]));
  if (variance === 0) return difference === 0 ? 1 : 0;
  return 2 * (1 - cumulativeStdNormalProbability(difference / Math.sqrt(variance)));
}
