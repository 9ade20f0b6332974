import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { collectTimes, pairedLogRatios } from '../../../src/bench/comparison/ratios.ts';
import { instructionsSchema } from '../../../src/bench/instructions/types.ts';
import { memorySchema } from '../../../src/bench/memory/types.ts';
import { completeSamples } from '../../../src/bench/samples/complete.ts';
import { sampleHeaderSchema } from '../../../src/bench/samples/schema.ts';
import { sizeSchema } from '../../../src/bench/size/types.ts';
import { mean } from '../../../src/bench/statistics/quantile.ts';
import type { SampleHeader, SampleLine } from '../../../src/bench/types.ts';
import { cpythonTestsSchema, growthSchema, speedSchema } from '../../../src/bench/types.ts';
import { machineSchema, type RunRecord } from '../../../src/run/types.ts';

const text = z.string();
const number = z.number();

/** What the page says of one run: the part of its record that says nothing of this machine's folders. */
const extractSchema = z.object({
  schemaVersion: z.literal(1),
  name: text,
  /** The version, and the target where that is not the machine itself: `3.3.0a3, msvc-x64`. */
  python: text,
  source: z.object({ name: text, sha256: text }),
  forkwright: text,
  startedAt: text,
  finishedAt: text,
  /** As they were given, without folders. */
  options: z.array(text),
  machine: machineSchema,
  patch: z.object({ sha256: text, insertions: number, deletions: number, files: z.array(text) }),
  slowerDeclared: z.array(text),
  startupClaim: text.optional(),
  builds: z.array(
    z.object({
      variant: z.enum(['baseline', 'patched', 'control']),
      key: text,
      compiler: text,
      configure: z.array(text),
      make: z.array(text),
      linkOrder: z.object({ seed: number, objects: number, how: text }).optional(),
      /** It lay in the store already. */
      hit: z.boolean(),
      buildMs: number,
    }),
  ),
  conditionsDiffer: z.array(text),
  tests: cpythonTestsSchema.optional(),
  growth: growthSchema,
  memory: memorySchema,
  instructions: instructionsSchema.optional(),
  size: sizeSchema.optional(),
  speed: speedSchema,
  header: sampleHeaderSchema,
  /** CPU time of all blocks by their wall time: what was left of a CPU to the process that was measured. */
  cpuShare: number,
  /** The geometric mean of all tests, pair by pair: patched / baseline. */
  wholeByPair: z.array(z.object({ pair: number, ratio: number })),
  timingsMs: z.record(text, number),
});

export type Extract = z.infer<typeof extractSchema>;

/** @throws Error when the file is not an extract. */
export function readExtract(file: string): Extract {
  return extractSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * The extract of a finished run on this machine.
 * @throws Error when a part that the page needs is missing.
 */
export function extractOf(name: string, record: RunRecord, lines: readonly SampleLine[]): Extract {
  const [target] = record.targets;
  const [patch] = record.patches;
  const { speed, bench, growth, memory } = target ?? {};
  if (target === undefined || patch === undefined || record.finishedAt === undefined)
    throw new Error(`${name}: no run`);
  if (speed === undefined || bench === undefined || growth === undefined || memory === undefined)
    throw new Error(`${name}: speed, growth or memory was not measured`);
  const { base } = record.checkout;
  return {
    schemaVersion: 1,
    name,
    python: [record.checkout.pythonVersion, ...(target.target === 'host' ? [] : [target.target])].join(', '),
    source: base.kind === 'tarball' ? base : { name: base.kind, sha256: base.treeHash },
    forkwright: record.forkwright,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    options: withoutFolders(record.commandLine),
    machine: record.machine,
    patch: {
      sha256: patch.sha256 ?? '',
      insertions: patch.insertions,
      deletions: patch.deletions,
      files: [...patch.files],
    },
    slowerDeclared: [...(patch.expect?.slower ?? [])],
    startupClaim: patch.expect?.startupClaim,
    builds: target.builds.map(({ variant, hit, build }) => ({
      variant,
      key: build.key,
      compiler: build.compiler.version,
      configure: [...build.commands.configure],
      make: [...build.commands.make],
      linkOrder: build.linkOrder,
      hit,
      buildMs: build.durationsMs.configure + build.durationsMs.make,
    })),
    conditionsDiffer: [...target.conditionsDiffer],
    tests: target.tests,
    growth,
    memory: { ...memory, points: memory.points.map((point) => ({ ...point, sizes: [] })) },
    instructions: target.instructions,
    size: target.size === undefined ? undefined : { ...target.size, sections: [] },
    speed,
    header: anonymous(bench.header),
    cpuShare: cpuShare(lines),
    wholeByPair: wholeByPair(lines),
    timingsMs: { ...record.timingsMs },
  };
}

/** `--checkout DIR` and `--out DIR` are where things lay, not what was done. */
function withoutFolders([, ...command]: readonly string[]): string[] {
  const folder = (index: number) => ['-C', '--checkout', '-o', '--out', '--cache'].includes(command[index] ?? '');
  return command.filter((_, index) => !folder(index) && !folder(index - 1));
}

function anonymous(header: SampleHeader): SampleHeader {
  const workers = Object.entries(header.workers).map(([variant, facts]) => [
    variant,
    { ...facts, executable: 'python' },
  ]);
  return { ...header, workers: Object.fromEntries(workers) };
}

function cpuShare(lines: readonly SampleLine[]): number {
  let [cpu, wall] = [0, 0];
  for (const sample of completeSamples(lines)?.samples ?? []) {
    for (const seconds of sample.cpu) cpu += seconds;
    for (const seconds of sample.wall) wall += seconds;
  }
  return wall === 0 ? 1 : cpu / wall;
}

function wholeByPair(lines: readonly SampleLine[]): Extract['wholeByPair'] {
  const complete = completeSamples(lines);
  const byPair = new Map<number, number[]>();
  for (const times of complete === undefined ? [] : collectTimes(complete).values()) {
    for (const [pair, log] of pairedLogRatios(times, 'patched')) byPair.set(pair, [...(byPair.get(pair) ?? []), log]);
  }
  return [...byPair].map(([pair, logs]) => ({ pair, ratio: Math.exp(mean(logs)) }));
}

/** JSON for a file that is read by people, too: seven digits are more than any of its figures has. */
export function extractText(extract: Extract): string {
  const short = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;
  return `${JSON.stringify(extract, short, 1)}\n`;
}
