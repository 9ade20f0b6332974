import { probit } from 'simple-statistics';
import { createRandom } from '../../src/bench/random.ts';
import type { Measured, SampleHeader, SampleLine } from '../../src/bench/types.ts';

export interface Synthetic {
  readonly seed: number;
  readonly pairs: number;
  readonly tests: number;
  /** Standard deviation of a block's log time that belongs to its process: correlated within it. */
  readonly process: number;
  /** That of each block by itself; equal to `process` for an intraclass correlation of 0.5. */
  readonly block: number;
  /** A share of a process' effect that all its tests have in common. */
  readonly common?: number;
  /** Blocks that were disturbed: this share is prolonged by up to 30%. */
  readonly disturbed?: number;
  /** log(patched / baseline) of test `index`. */
  readonly effect?: (index: number) => number;
  readonly control?: boolean;
  /** Further interpreters beside the patched one, equal to the baseline. */
  readonly more?: number;
  readonly blocks?: number;
}

export const testName = (index: number): string => `Test${String(index).padStart(3, '0')}`;

export function syntheticHeader(tests: readonly string[], pairs: number, seed = 1): SampleHeader {
  const each = (value: number) => Object.fromEntries(tests.map((test) => [test, value]));
  return {
    type: 'header',
    schemaVersion: 1,
    suite: 'pybench',
    settings: { pairs, seed, testTimeoutMs: 1000, blockMs: 1, repeats: 1 },
    tests,
    loops: each(100),
    repeats: each(1),
    defaultRounds: each(100_000),
    operations: each(1),
    uncalibrated: [],
    variants: {
      baseline: { buildKey: 'a', pythonVersion: '2.7.18' },
      patched: { buildKey: 'b', pythonVersion: '2.7.18' },
    },
    workers: {},
    clock: 'cpu',
    pinnedCpu: 0,
    startedAt: '2020-01-01T00:00:00.000Z',
  };
}

/** A samples file's lines for processes whose blocks resemble one another more than those of other processes. */
export function syntheticLines(wanted: Synthetic): SampleLine[] {
  const random = createRandom(wanted.seed, 77);
  const normal = () => probit(Math.min(Math.max(random.float(), 1e-9), 1 - 1e-9));
  const names = Array.from({ length: wanted.tests }, (_, index) => testName(index));
  const lines: SampleLine[] = [syntheticHeader(names, wanted.pairs, wanted.seed)];
  const more = Array.from({ length: wanted.more ?? 0 }, (_, i) => `patched-${i + 2}` as const);
  const variants: Measured[] = ['baseline', 'patched', ...more, ...(wanted.control ? (['control'] as const) : [])];
  const share = wanted.common ?? 0.3;
  for (let pair = 1; pair <= wanted.pairs; pair++) {
    for (const variant of variants) {
      const common = normal() * wanted.process * Math.sqrt(share);
      for (const [index, test] of names.entries()) {
        const own = common + normal() * wanted.process * Math.sqrt(1 - share);
        const effect = variant === 'patched' ? (wanted.effect?.(index) ?? 0) : 0;
        const cpu = Array.from({ length: wanted.blocks ?? 2 }, () => {
          const hit = random.float() < (wanted.disturbed ?? 0) ? random.float() * 0.3 : 0;
          return 0.001 * Math.exp(own + effect + normal() * wanted.block + hit);
        });
        const overhead = { overheadCpu: 0.0001, overheadWall: 0.0001 };
        lines.push({
          ...{ type: 'sample', pair, variant, test, position: index + 1, order: 'ABBA', cpu, wall: cpu },
          ...{ ...overhead, operations: 1 },
        });
      }
    }
    lines.push({ type: 'pair-done', pair, hashSeed: pair });
  }
  return lines;
}
