import { cumulativeStdNormalProbability, mean, sampleVariance } from 'simple-statistics';
import { completeSamples } from '../samples/complete.ts';
import type { SampleLine } from '../types.ts';
import { collectTimes } from './ratios.ts';

/** What the usual tools would have said of one test, from the same samples. */
export interface UsualVerdict {
  readonly test: string;
  /** pybench's own figure: minimum over everything, patched / baseline - 1. It has no notion of chance. */
  readonly minimumDifference: number;
  /** Two-sided p of Welch's t test on all blocks pooled, as if each were a sample of its own. */
  readonly pooledT: number;
}

/**
 * The comparison as pybench and the usual runners make it: for showing beside ours, never for judging. Blocks of one
 * process resemble each other, so a test that takes each for a sample of its own finds differences between any two
 * processes. The t distribution is taken as normal: there are hundreds of blocks.
 */
export function usualVerdicts(lines: readonly SampleLine[]): UsualVerdict[] {
  const complete = completeSamples(lines);
  if (complete === undefined) return [];
  return [...collectTimes(complete).values()].flatMap(({ test, byVariant }) => {
    const [baseline, patched] = (['baseline', 'patched'] as const).map(
      (variant) => byVariant.get(variant)?.flatMap(({ blocks }) => blocks) ?? [],
    );
    if (baseline === undefined || patched === undefined || baseline.length < 2 || patched.length < 2) return [];
    const minimumDifference = Math.min(...patched) / Math.min(...baseline) - 1;
    return [{ test, minimumDifference, pooledT: welch(baseline, patched) }];
  });
}

function welch(a: readonly number[], b: readonly number[]): number {
  const variance = sampleVariance([...a]) / a.length + sampleVariance([...b]) / b.length;
  const difference = Math.abs(mean([...a]) - mean([...b]));
  if (variance === 0) return difference === 0 ? 1 : 0;
  return 2 * (1 - cumulativeStdNormalProbability(difference / Math.sqrt(variance)));
}
