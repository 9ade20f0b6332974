import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { list, number, struct, text } from '../../system/schema.ts';
import { pybenchPinSchema } from '../samples/schema.ts';
import type { Interpreter } from '../types.ts';
import type { MarkName } from './marks.ts';

/** How instructions are counted: under Valgrind, by the processor's own counters, or by the emulator that runs them. */
const counterName = z.enum(['callgrind', 'perf', 'qemu']);
export type CounterName = z.infer<typeof counterName>;

/**
 * `more`, `fewer`: by the threshold, and by more than the layout of memory changes it. `same`: within the threshold in
 * every layout. `layout`: what the layout does to this test hides whatever the change does.
 */
const verdict = z.enum(['more', 'fewer', 'same', 'layout', 'missing', 'failed']);
export type InstructionVerdict = z.infer<typeof verdict>;

/**
 * patched / baseline of instructions: above 1 means that the patched interpreter executes more. The geometric mean over the
 * layouts, with the smallest and the largest ratio of any layout.
 */
const ratio = { ratio: number, low: number, high: number };
const ratioSchema = struct(ratio);
export type InstructionRatio = z.infer<typeof ratioSchema>;

/** Of all tests: instructions, the mean of the layouts. */
const total = struct({ ...ratio, baseline: number, patched: number });

const row = struct({
  test: text,
  verdict,
  /** Instructions over `rounds` rounds without the empty loop, one count a layout. */
  baseline: list(number).optional(),
  patched: list(number).optional(),
  change: ratioSchema.optional(),
  /** Rounds that were counted, and the test's own number, by which the total weighs it. */
  rounds: number.optional(),
  defaultRounds: number.optional(),
  /** Operations in a round, by the test's own account. */
  operations: number.optional(),
  /** The empty loop takes as much as the test: it was not subtracted. */
  uncalibrated: z.boolean().optional(),
  /** The recipe said beforehand that this test gets faster or slower. */
  declared: z.enum(['faster', 'slower']).optional(),
  note: text.optional(),
});
export type InstructionRow = z.infer<typeof row>;

export const instructionsSchema = struct({
  schemaVersion: z.literal(1),
  suite: text,
  pybench: pybenchPinSchema.optional(),
  counter: counterName,
  /** In words: the counter with its version, and how the process was kept the same. */
  method: text,
  /** Each variant was counted in that many layouts of memory and hash seeds. */
  layouts: number,
  /** One layout was counted twice, and each test gave the same number to the last instruction. */
  deterministic: z.boolean(),
  /** Tests that were counted twice, over both variants. */
  repeated: number,
  /** Where counts did not repeat: the largest difference of a test, as a fraction. */
  spread: number.optional(),
  /** The change that counts, as a fraction: 0.1%, or the spread when that is larger. */
  threshold: number,
  /** All tests that ran on both, each at its own number of rounds, as pybench's own totals weigh them. */
  total: total.optional(),
  /** Of the tests' ratios. */
  geometricMean: number.optional(),
  counts: z.record(verdict, number).readonly(),
  tests: list(row),
});
export type InstructionComparison = z.infer<typeof instructionsSchema>;

/** What a counter found in one process: of each test the instructions of its empty loop and of the test itself. */
export interface Tally {
  readonly counts: ReadonlyMap<string, { readonly rounds: number; readonly empty: number; readonly full: number }>;
  /** Tests that did not run to their end, and why. */
  readonly failed: ReadonlyMap<string, string>;
}

export interface CountJob {
  readonly interpreter: Interpreter;
  readonly pybench: string;
  readonly tests: readonly string[];
  /** A test does its own number of rounds, divided by this. */
  readonly divisor: number;
  /** The call that the worker marks places by. */
  readonly mark: MarkName;
  /** Hash seed, and how far objects are shifted in memory. */
  readonly layout: number;
  readonly timeoutMs: number;
  readonly ctx: Context;
}

export interface InstructionCounter {
  readonly name: CounterName;
  readonly method: string;
  /** @throws Cancelled; whatever goes wrong with the interpreter is told in the tally. */
  count(job: CountJob): Promise<Tally>;
}
