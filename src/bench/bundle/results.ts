import { z } from 'zod';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { parseJson } from '../../system/json.ts';
import { countedSchema } from '../memory/counted.ts';
import { workerFactsSchema } from '../samples/schema.ts';

const step = z.int().positive();
const seconds = z.array(z.number()).min(1);
const side = z.enum(['A', 'B', 'C']);
const test = z.string();

/** A line of a bundle's `results.jsonl`, as run.py and run.sh write it. */
const resultLineSchema = z.discriminatedUnion('type', [
  /** `plan`: SHA-256 of plan.json; `at`: seconds since 1970, as far as that machine knows; `runner`: what started it. */
  z.object({ type: z.literal('begin'), step, side, at: z.number().nullable(), plan: z.string(), runner: z.string() }),
  z.object({
    type: z.literal('smoke'),
    step,
    side,
    version: z.string(),
    facts: workerFactsSchema,
    machine: z.object({
      platform: z.string(),
      system: z.string().optional(),
      release: z.string().optional(),
      machine: z.string().optional(),
      cpu: z.string().optional(),
    }),
    prefix: z.string(),
    path: z.array(z.string()),
    /** Modules that were not loaded from the bundle. */
    outside: z.array(z.string()),
    /** Of the interpreter's file; null where it cannot tell. */
    sha256: z.string().nullable(),
  }),
  z.object({
    type: z.literal('calibrated'),
    ...{ step, test },
    loops: step,
    repeats: step,
    rounds: z.number().positive(),
    operations: z.number().positive(),
    vanishes: z.boolean(),
  }),
  z.object({ type: z.literal('tried'), step, test }),
  z.object({
    type: z.literal('blocks'),
    step,
    test,
    cpu: seconds,
    wall: seconds,
    emptyCpu: seconds,
    emptyWall: seconds,
  }),
  z.object({ type: z.literal('problem'), step, test, kind: z.enum(['failed', 'timeout']), message: z.string() }),
  z.object({ type: z.literal('memory'), step, repeat: step, counted: countedSchema }),
  z.object({ type: z.literal('no-memory'), step, why: z.string() }),
  z.object({ type: z.literal('stopped'), step }),
  z.object({ type: z.literal('done'), step }),
]);

export type ResultLine = z.infer<typeof resultLineSchema>;

export interface ResultsRead {
  readonly lines: readonly { readonly line: number; readonly data: ResultLine }[];
  /** Lines that are broken off: the process, or the machine, ended while it wrote. Their steps are done again there. */
  readonly torn: readonly Diagnostic[];
  /** Lines that are whole and not of a bundle. */
  readonly unknown: readonly Diagnostic[];
}

/** Whether a text begins as a bundle's results do. */
export const looksLikeBundleResults = (text: string): boolean =>
  /^\s*\{"type":"(?:begin|smoke|calibrated|memory|no-memory|done)","step":\d/.test(text);

/** Reads `results.jsonl`: every line is accounted for, as data or with its place. */
export function readResults(text: string, file: string): ResultsRead {
  const lines: { line: number; data: ResultLine }[] = [];
  const torn: Diagnostic[] = [];
  const unknown: Diagnostic[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const row = raw.replace(/\r$/, '');
    const line = index + 1;
    if (row.trim() === '') continue;
    const parsed = parseJson(row, resultLineSchema);
    if (!('why' in parsed)) {
      lines.push({ line, data: parsed.data });
      continue;
    }
    const [why = ''] = parsed.why;
    if (parsed.isJson) unknown.push(notAResult(why, row, { file, line }));
    else
      torn.push({
        code: 'bench/torn-line',
        message: `this line is broken off, and left out: ${why}`,
        // V8 names the position in most of its messages; where it does not, the line ended too early.
        place: {
          file,
          line,
          column: Math.min(Number(/at position (\d+)/.exec(why)?.[1] ?? row.length) + 1, row.length),
        },
        hint: 'the program there ended while it wrote; started again, it does that step again',
      });
  }
  return { lines, torn, unknown };
}

/** @param why the member that is wrong, and how. */
function notAResult(why: string, row: string, place: { readonly file: string; readonly line: number }): Diagnostic {
  const key = /^\w+/.exec(why)?.[0] ?? 'type';
  return {
    code: 'bench/not-a-result',
    message: `this is no line of a bundle’s results: ${why}`,
    place: { ...place, column: row.indexOf(`"${key}"`) + 1 || 1 },
    hint: 'bring results.jsonl as run.sh wrote it; remove what was added by hand',
  };
}
