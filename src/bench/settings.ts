import type { BenchSettings } from './types.ts';

/**
 * 32 pairs: with the layout of the code in the noise, 20 and 24 found 76 to 86% of planted changes of 5%, and the aim is
 * 80%. `quick` has fewer blocks in each pair. Under 12 pairs could not find a single changed test among pybench's 58,
 * however large the change: the smallest p of n pairs is 2 / 2ⁿ, and it must pass 5% / 58; 12 could only if all agree.
 *
 * Many short blocks, for the fastest of them counts: on a loaded machine a block of 1 ms often escapes being interrupted,
 * one of 5 ms hardly ever. In equal time, at a load of 10 on 2 cores, the paired ratios scattered by 2.5% with 24 blocks
 * of 1 ms, by 5% with 4 of 5 ms, and by 6% with 2 of 10 ms (robust standard deviations, 2.7.18).
 */
export function benchSettings(effort: 'quick' | 'full', own: Partial<BenchSettings> = {}): BenchSettings {
  const base =
    effort === 'quick'
      ? { pairs: 32, blockMs: 1, repeats: 7, testTimeoutMs: 30_000 }
      : { pairs: 32, blockMs: 1, repeats: 10, testTimeoutMs: 60_000 };
  return { seed: 1, ...base, ...own };
}
