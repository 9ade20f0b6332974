import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { UserError } from '../../system/diagnostic.ts';
import { parseJson } from '../../system/json.ts';

/** One benchmark of a pyperf file: the values of each process, in its unit for one loop iteration. Calibrations are left out. */
interface PyperfBenchmark {
  readonly name: string;
  /** `second`, `byte`, `integer`. */
  readonly unit: string;
  readonly runs: readonly (readonly number[])[];
}

export interface PyperfFile {
  readonly source: string;
  readonly benchmarks: readonly PyperfBenchmark[];
  /** What of the metadata should be equal on both sides, by pyperf's own names. */
  readonly facts: Readonly<Record<string, string>>;
  /** When the first and the last process was started, milliseconds since 1970; absent where the file does not say. */
  readonly dates?: readonly [number, number] | undefined;
  /** What the reader had to know to read it. */
  readonly notes: readonly string[];
}

/** Half of what V8 takes for one string; pyperformance's own results are some 2 MB. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_DEPTH = 32;
const MOST_NAME = 500;

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Begins as a JSON object that has benchmarks: pyperf's, of any version. */
export const looksLikePyperf = (text: string): boolean =>
  /^\s*\{/.test(text) && /"benchmarks"\s*:\s*\[/.test(text) && /"version"\s*:/.test(text);

/** What a compressed file holds. @throws UserError when it is damaged, or larger than results ever are. */
export function unzipped(bytes: Uint8Array, file: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw unreadable(`it cannot be unpacked: ${(error as Error).message}`, file);
  }
}

const metadata = z.record(z.string(), z.unknown()).nullish();
const run = z.object({
  metadata,
  values: z.array(z.number()).optional(),
  /** As versions before 6 call them. */
  samples: z.array(z.number()).optional(),
});
const fileSchema = z.object({
  version: z.union([z.string(), z.number()]),
  metadata,
  benchmarks: z.array(z.object({ metadata, common_metadata: metadata, runs: z.array(run) })).min(1),
});

const KNOWN = ['1.0', 1, 5, 6];

/**
 * Reads a file that pyperf (or perf, as it was called) wrote: version 1.0, 6 and 5, any other of the same shape with a note.
 * @throws UserError saying what it is that cannot be read.
 */
export function readPyperf(text: string, file: string): PyperfFile {
  if (text.length > MOST_BYTES) throw unreadable(`it is larger than ${MOST_BYTES / 1024 / 1024} MiB`, file);
  if (depthOf(text) > MOST_DEPTH) throw unreadable(`it is nested deeper than ${MOST_DEPTH}`, file);
  const parsed = parseJson(text, fileSchema);
  if (parsed.data === undefined) throw unreadable(parsed.why.slice(0, 3).join('; '), file);
  const { version, benchmarks, metadata: root } = parsed.data;
  const merged = new Map<string, { unit: string; runs: (readonly number[])[] }>();
  const notes: string[] = KNOWN.includes(version)
    ? []
    : [`version ${JSON.stringify(version)} is not known, and was read as 1.0`];
  const dates: number[] = [];
  let facts = new Map<string, string>();
  for (const [index, one] of benchmarks.entries()) {
    const common = { ...root, ...one.common_metadata, ...one.metadata };
    const name = wordOf(common.name ?? one.runs[0]?.metadata?.name);
    if (name === undefined) throw unreadable(`benchmark ${index + 1} has no name`, file);
    const unit = wordOf(common.unit ?? one.runs[0]?.metadata?.unit) ?? 'second';
    const runs: (readonly number[])[] = [];
    for (const [number, own] of one.runs.entries()) {
      const values = own.values ?? own.samples ?? [];
      const wrong = values.find((value) => !(value > 0 && Number.isFinite(value)));
      if (wrong !== undefined) throw unreadable(`${name}, run ${number + 1}: ${wrong} is no value above zero`, file);
      const when = Date.parse(`${wordOf(own.metadata?.date ?? common.date) ?? ''}Z`.replace(' ', 'T'));
      if (Number.isFinite(when)) dates.push(when);
      if (values.length > 0) runs.push(values);
    }
    facts = index === 0 ? factsOf({ ...common, ...one.runs[0]?.metadata }) : facts;
    const before = merged.get(name);
    if (before === undefined) merged.set(name, { unit, runs });
    else if (before.unit === unit) {
      before.runs.push(...runs);
      notes.push(`${name} is there more than once: its processes are taken together`);
    } else throw unreadable(`${name} is there in ${before.unit}s and in ${unit}s`, file);
  }
  const span = dates.length === 0 ? {} : { dates: [extreme(dates, Math.min), extreme(dates, Math.max)] as const };
  const read = [...merged].map(([name, { unit, runs }]) => ({ name, unit, runs }));
  return { source: file, benchmarks: read, facts: Object.fromEntries(facts), ...span, notes: [...new Set(notes)] };
}

const extreme = (values: readonly number[], of: (a: number, b: number) => number) => values.reduce((a, b) => of(a, b));

/** How deep the brackets are nested; quoted ones do not count. V8 itself reads any depth. */
function depthOf(text: string): number {
  let deepest = 0;
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

/** What pyperf itself wants equal in all runs of a benchmark, and a reader of two files wants equal in both. */
const COMPARED = [
  ...[
    'cpu_model_name',
    'cpu_count',
    'hostname',
    'platform',
    'python_implementation',
    'python_version',
    'python_compiler',
  ],
  ...['python_cflags', 'python_config_args', 'aslr', 'timer', 'perf_version', 'performance_version', 'cpu_affinity'],
];

function factsOf(all: Readonly<Record<string, unknown>>): Map<string, string> {
  return new Map(
    COMPARED.flatMap((key) => {
      const value = wordOf(all[key]);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/** A word or number of the file, in one line and of bounded length. */
function wordOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value)
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MOST_NAME);
  return text === '' ? undefined : text;
}

const unreadable = (why: string, file: string) =>
  new UserError({
    code: 'bench/bad-pyperf',
    message: `this file of pyperf cannot be read: ${why}`,
    place: { file },
    hint: '`python -m pyperf check FILE` says what pyperf itself makes of it',
  });
