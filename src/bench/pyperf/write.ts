import { completeSamples } from '../samples/complete.ts';
import type { Measured, Sample, SampleHeader, SampleLine } from '../types.ts';

type Metadata = Readonly<Record<string, string | number>>;

interface Benchmark {
  readonly metadata: Metadata;
  readonly runs: readonly { readonly metadata: Metadata; readonly values: readonly number[] }[];
}

/** A file of pyperf, version 1.0 (its documentation: api, "JSON format"), as `pyperf compare_to` and bench_runner read it. */
export interface PyperfJson {
  readonly version: '1.0';
  readonly metadata: Metadata;
  readonly benchmarks: readonly Benchmark[];
}

export interface PyperfSide {
  readonly variant: Measured;
  /** Seconds of the clock that decides. */
  readonly time: PyperfJson;
  /** Bytes: the peak resident size of each process. Absent where it was not measured. */
  readonly memory?: PyperfJson | undefined;
}

/**
 * Samples as pyperf's files, one a variant. A process is a run, a block is a value: seconds for one loop iteration. Every
 * variant has the same runs with the same number of values, since readers drop benchmarks in which they differ: a pair
 * that not all of them have is left out of all.
 * @param root metadata that the readers find at the root of every file: machine, commit.
 * @returns nothing when no test was measured.
 */
export function pyperfSides(
  lines: readonly SampleLine[],
  root: (variant: Measured) => Metadata,
): readonly PyperfSide[] {
  const complete = completeSamples(lines);
  if (complete === undefined) return [];
  const { header, samples, pairs } = complete;
  const seeds = new Map(
    lines.flatMap((line) => (line.type === 'pair-done' ? [[line.pair, line.hashSeed] as const] : [])),
  );
  const found = new Map(samples.map((sample) => [keyOf(sample), sample]));
  const variants = Object.keys(header.variants) as Measured[];
  const sides = variants.map((variant) => {
    const common = { ...root(variant), ...factsOf(header, variant) };
    const benchmarks: Benchmark[] = [];
    const memory: Benchmark[] = [];
    for (const test of Object.keys(header.loops)) {
      const shared = pairs.flatMap((pair) => {
        const all = variants.map((one) => found.get(keyOf({ test, pair, variant: one })));
        const own = found.get(keyOf({ test, pair, variant }));
        return own !== undefined && all.every((one) => one !== undefined && usable(one, header)) ? [own] : [];
      });
      const runs = shared.map((sample) => ({
        metadata: runFacts(sample, header, seeds.get(sample.pair)),
        values: times(sample, header).map((seconds) => seconds / ((header.loops[test] ?? 1) * sample.operations)),
      }));
      const own = { name: test, loops: header.loops[test] ?? 1, ...innerLoops(header.operations[test]) };
      if (runs.length > 0) benchmarks.push({ metadata: { ...own, unit: 'second' }, runs });
      const peaks = shared.flatMap(({ pair, peakRssBytes }) =>
        peakRssBytes === undefined
          ? []
          : [{ metadata: { date: date(header), ...seedOf(seeds.get(pair)) }, values: [peakRssBytes] }],
      );
      if (runs.length > 0 && peaks.length === runs.length)
        memory.push({ metadata: { name: test, unit: 'byte' }, runs: peaks });
    }
    const file = (all: readonly Benchmark[]): PyperfJson => ({ version: '1.0', metadata: common, benchmarks: all });
    return { variant, time: file(benchmarks), ...(memory.length === 0 ? {} : { memory: file(memory) }) };
  });
  return sides.filter(({ time }) => time.benchmarks.length > 0);
}

const keyOf = ({ test, pair, variant }: Pick<Sample, 'test' | 'pair' | 'variant'>) => `${pair} ${variant} ${test}`;

const times = (sample: Sample, { clock }: SampleHeader) => (clock === 'cpu' ? sample.cpu : sample.wall);

/** pyperf takes no value that is not above zero. */
const usable = (sample: Sample, header: SampleHeader) => times(sample, header).every((seconds) => seconds > 0);

const innerLoops = (operations = 1): Metadata =>
  Number.isInteger(operations) && operations > 1 ? { inner_loops: operations } : {};

const seedOf = (seed: number | undefined): Metadata => (seed === undefined ? {} : { python_hash_seed: String(seed) });

function runFacts({ peakRssBytes }: Sample, header: SampleHeader, seed: number | undefined): Metadata {
  return {
    date: date(header),
    ...seedOf(seed),
    ...(peakRssBytes === undefined ? {} : { mem_max_rss: peakRssBytes }),
  };
}

/** pyperf's form, in universal time: when the session began; a pair's own time is not kept. */
const date = ({ startedAt }: SampleHeader) => startedAt.replace('T', ' ').replace(/(\.\d{3})Z$/, '$1000');

function factsOf(header: SampleHeader, variant: Measured): Metadata {
  const worker = header.workers[variant];
  const version = header.variants[variant]?.pythonVersion;
  const known: Readonly<Record<string, string | number | undefined>> = {
    python_version: version,
    python_implementation: worker?.implementation,
    timer: worker?.clocks[header.clock].name,
    cpu_affinity: header.pinnedCpu === undefined ? undefined : String(header.pinnedCpu),
    suite: header.suite,
    ...Object.fromEntries(Object.entries(header.pins ?? {}).map(([name, value]) => [name.replaceAll(' ', '_'), value])),
    schedule: 'pairs of processes, blocks in mirrored order',
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]])),
  );
}
