import type { CompleteSamples } from '../samples/complete.ts';
import { least } from '../statistics/quantile.ts';
import type { Measured, Sample } from '../types.ts';

/** The blocks of one test on one variant in one pair, as they are compared. Seconds. */
export interface BlockTimes {
  readonly pair: number;
  readonly blocks: readonly number[];
}

/** One test's blocks, by variant. */
export interface TestTimes {
  readonly test: string;
  readonly byVariant: ReadonlyMap<Measured, readonly BlockTimes[]>;
  readonly note?: string | undefined;
}

/**
 * Brings the samples of each test together, on the clock that decides. When the empty loop could not be subtracted in
 * one of its samples, it is added back in all: both sides must be treated alike.
 */
export function collectTimes({ header, samples }: CompleteSamples): ReadonlyMap<string, TestTimes> {
  const tests = [...Map.groupBy(samples, ({ test }) => test)];
  return new Map(
    tests.map(([test, own]) => {
      const raw = own.find((sample) => sample.overheadCpu === undefined || sample.overheadWall === undefined);
      const times = (sample: Sample) => ({
        pair: sample.pair,
        blocks: blocksOf(sample, header.clock, raw !== undefined),
      });
      const byVariant = Map.groupBy(own, ({ variant }) => variant);
      return [
        test,
        { test, byVariant: new Map([...byVariant].map(([v, all]) => [v, all.map(times)])), note: raw?.note },
      ];
    }),
  );
}

function blocksOf(sample: Sample, clock: 'cpu' | 'wall', raw: boolean): readonly number[] {
  const overhead = (clock === 'cpu' ? sample.overheadCpu : sample.overheadWall) ?? 0;
  return raw ? sample[clock].map((seconds) => seconds + overhead) : sample[clock];
}

/** log(fastest block of `variant` / fastest block of the baseline) for each pair that has both. */
export function pairedLogRatios(times: TestTimes, variant: Measured): ReadonlyMap<number, number> {
  const fastest = new Map((times.byVariant.get('baseline') ?? []).map(({ pair, blocks }) => [pair, least(blocks)]));
  const ratios = new Map<number, number>();
  for (const { pair, blocks } of times.byVariant.get(variant) ?? []) {
    const baseline = fastest.get(pair);
    const other = least(blocks);
    // A clock that stood still says nothing.
    if (baseline !== undefined && baseline > 0 && other > 0) ratios.set(pair, Math.log(other / baseline));
  }
  return ratios;
}
