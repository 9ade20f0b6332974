import type { BenchSettings } from './types.ts';

/**
 * `quick`: 12 pairs of short blocks. Fewer could not find a single changed test among pybench's 58, however large the
 * change: the smallest p of n pairs is 2 / 2ⁿ, and it must pass 5% / 58.
 * `full`: for a verdict on changes of 1 to 2%.
 */
export function benchSettings(effort: 'quick' | 'full', own: Partial<BenchSettings> = {}): BenchSettings {
  const base =
    effort === 'quick'
      ? { pairs: 12, blockMs: 5, repeats: 1, testTimeoutMs: 30_000 }
      : { pairs: 24, blockMs: 10, repeats: 1, testTimeoutMs: 60_000 };
  return { seed: 1, ...base, ...own };
}
