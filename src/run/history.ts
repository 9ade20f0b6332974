import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { startupBytes } from '../bench/memory/types.ts';
import { estimateSchema } from '../bench/samples/schema.ts';
import { UserError } from '../system/diagnostic.ts';
import { makeFolder, readPlain, withFileProblems } from '../system/files.ts';
import { parseJson } from '../system/json.ts';
import { list, number, struct, text } from '../system/schema.ts';
import type { RunRecord, TargetResult } from './types.ts';

/** A stage that ended at once was taken from the journal, and says nothing. */
const FROM_JOURNAL_MS = 1000;

/** How long a target's builds took when they were made, which may have been long before, and its stages; milliseconds. */
const timesSchema = struct({
  baseline: number.optional(),
  patched: number.optional(),
  stages: z.record(text, number).readonly(),
});
export type Times = z.infer<typeof timesSchema>;

const sides = struct({ baseline: number, patched: number });

const historyTarget = struct({
  target: text,
  /** Absent in lines of before it was kept. */
  suite: text.optional(),
  pybench: text.optional(),
  pairs: number.optional(),
  geometricMean: estimateSchema.optional(),
  /** The change that counted, as a fraction. */
  threshold: number.optional(),
  counts: z.record(text, number).readonly().optional(),
  /** Bytes that 20,000 functions called once leave behind. */
  growthBytes: sides.optional(),
  /** Bytes alive at start-up, by situation. */
  memoryBytes: z.record(text, sides).readonly().optional(),
  instructions: struct({ ratio: number, low: number, high: number, counter: text }).optional(),
  /** Of the interpreter's code, bytes. */
  codeBytes: sides.optional(),
  testsUnexpected: number.optional(),
  builds: z.boolean(),
  /** What it took, milliseconds: of `forkwright plan`'s estimates. Absent in lines of before it was kept. */
  timesMs: timesSchema.optional(),
});

/** One line of a history: what a run found, small enough to be kept for ever. */
export const historyEntrySchema = struct({
  schemaVersion: z.literal(1),
  type: z.literal('run'),
  run: text,
  /** ISO 8601, the end of the run. */
  at: text,
  /** ISO 8601: with it a resumed run is told from another in a folder of the same name. */
  startedAt: text.optional(),
  forkwright: text,
  ok: z.boolean(),
  recipes: list(struct({ id: text, version: text, hash: text, verdict: text })),
  /** Of a comparison of two sides what they are called, the baseline first; `python` is the baseline's. */
  sides: list(text).optional(),
  python: struct({ version: text, flavour: text, base: text }),
  machine: struct({ os: text, arch: text, cpu: text, cores: number, load: number }),
  targets: list(historyTarget),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type HistoryTarget = HistoryEntry['targets'][number];

export function historyEntry(record: RunRecord): HistoryEntry {
  const { checkout, startedAt } = record;
  const { os, arch, cpu, cores, loadAverage } = record.machine;
  const { base } = checkout;
  return {
    schemaVersion: 1,
    type: 'run',
    run: record.id,
    at: record.finishedAt ?? startedAt,
    startedAt,
    forkwright: record.forkwright,
    ok: record.verdict.ok,
    recipes: record.patches.map(({ recipe: { id, version, hash }, verdict }) => ({ id, version, hash, verdict })),
    sides: record.sides?.map(({ name }) => name),
    python: {
      version: checkout.pythonVersion,
      flavour: checkout.flavour.name,
      base:
        base.kind === 'git' ? `${base.describe ?? base.commit.slice(0, 12)}${base.dirty ? '+' : ''}` : base.treeHash,
    },
    machine: { os, arch, cpu, cores, load: loadAverage[0] ?? 0 },
    targets: record.targets.map((target) => historyTargetOf(target, record)),
  };
}

function historyTargetOf(target: TargetResult, record: RunRecord): HistoryTarget {
  const { speed, growth, instructions, size, tests } = target;
  const memory = startupBytes(target.memory);
  const { baseline, patched } = growth?.growth ?? {};
  const program = size?.files[0];
  const total = instructions?.total;
  return {
    target: target.target,
    builds: target.buildFailure === undefined,
    timesMs: timesOf(record, target),
    suite: speed?.suite,
    pairs: speed?.pairs,
    threshold: speed?.threshold,
    counts: speed?.counts,
    pybench: speed?.pybench?.version,
    geometricMean: speed?.geometricMean,
    growthBytes: baseline && patched && { baseline: baseline.grownBytes, patched: patched.grownBytes },
    memoryBytes:
      memory.length === 0 ? undefined : Object.fromEntries(memory.map(({ point, ...bytes }) => [point, bytes])),
    instructions: total &&
      instructions && { ratio: total.ratio, low: total.low, high: total.high, counter: instructions.counter },
    codeBytes: program && { baseline: program.baseline.text, patched: program.patched.text },
    testsUnexpected: tests?.unexpected,
  };
}

/**
 * Appends a run's line; a torn last line is ended first, so that it swallows nothing. A run that is resumed appends
 * again: the last line of a run counts.
 * @throws UserError when the file cannot be written.
 */
export async function appendHistory(file: string, entry: HistoryEntry): Promise<void> {
  await withFileProblems(`append to the history ${file}`, async () => {
    await makeFolder(path.dirname(path.resolve(file)));
    const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const separator = before === '' || before.endsWith('\n') ? '' : '\n';
    await appendFile(file, `${separator}${JSON.stringify(entry)}\n`);
  });
}

export interface History {
  readonly entries: readonly HistoryEntry[];
  /** Lines that are no entry: torn, or of another program. */
  readonly skipped: readonly { readonly line: number; readonly why: string }[];
}

/** @throws UserError when the file cannot be read, or no line of it is an entry. */
export async function readHistory(file: string): Promise<History> {
  const content = await withFileProblems('read the history', async () => String(await readPlain(file)));
  const entries = new Map<string, HistoryEntry>();
  const skipped: { line: number; why: string }[] = [];
  for (const [index, line] of content.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = parseJson(line, historyEntrySchema);
    if (parsed.data === undefined) {
      skipped.push({ line: index + 1, why: (parsed.isJson ? parsed.why[0] : undefined) ?? 'not JSON' });
      continue;
    }
    const { data } = parsed;
    const key = [data.run, data.python.version, data.startedAt ?? data.at].join(' ');
    entries.delete(key);
    entries.set(key, data);
  }
  if (entries.size === 0) {
    throw new UserError({
      code: 'run/no-history',
      message: 'there is no run in this history',
      place: { file },
      detail: skipped.slice(0, 3).map(({ line, why }) => `line ${line}: ${why}`),
      hint: `fill it: forkwright run RECIPE --checkout DIR --history ${file}`,
    });
  }
  return { entries: [...entries.values()], skipped };
}

/** Of a target in this run. */
export function timesOf({ timingsMs }: RunRecord, target: TargetResult): Times {
  const made = (variant: 'baseline' | 'patched') => {
    const found = target.builds.find((build) => build.variant === variant)?.build.durationsMs;
    return found === undefined ? undefined : found.tree + found.configure + found.make;
  };
  const before = `${target.target}/`;
  const stages = Object.entries(timingsMs).filter(
    ([name, ms]) => name.startsWith(before) && name !== `${before}build` && ms >= FROM_JOURNAL_MS,
  );
  return {
    baseline: made('baseline'),
    patched: made('patched'),
    stages: Object.fromEntries(stages.map(([name, ms]) => [name.slice(before.length), ms])),
  };
}
