import type { Context } from '../../system/context.ts';
import type { Interpreter, PybenchCopy } from '../types.ts';
import type { MarkName } from './marks.ts';

/** How instructions are counted: under Valgrind, by the processor's own counters, or by the emulator that runs them. */
export type CounterName = 'callgrind' | 'perf' | 'qemu';

/**
 * `more`, `fewer`: by the threshold, and by more than the layout of memory changes it. `same`: within the threshold in
 * every layout. `layout`: what the layout does to this test hides whatever the change does.
 */
export type InstructionVerdict = 'more' | 'fewer' | 'same' | 'layout' | 'missing' | 'failed';

/** patched / baseline of instructions: above 1 means that the patched interpreter executes more. */
export interface InstructionRatio {
  /** Geometric mean over the layouts. */
  readonly ratio: number;
  /** The smallest and the largest ratio of any layout. */
  readonly low: number;
  readonly high: number;
}

/** Of all tests: instructions, the mean of the layouts. */
export interface InstructionTotal extends InstructionRatio {
  readonly baseline: number;
  readonly patched: number;
}

export interface InstructionRow {
  readonly test: string;
  readonly verdict: InstructionVerdict;
  /** Instructions over `rounds` rounds without the empty loop, one count a layout. */
  readonly baseline?: readonly number[] | undefined;
  readonly patched?: readonly number[] | undefined;
  readonly change?: InstructionRatio | undefined;
  /** Rounds that were counted, and the test's own number, by which the total weighs it. */
  readonly rounds?: number | undefined;
  readonly defaultRounds?: number | undefined;
  /** Operations in a round, by the test's own account. */
  readonly operations?: number | undefined;
  /** The empty loop takes as much as the test: it was not subtracted. */
  readonly uncalibrated?: boolean | undefined;
  /** The recipe said beforehand that this test gets faster or slower. */
  readonly declared?: 'faster' | 'slower' | undefined;
  readonly note?: string | undefined;
}

/** What happened to the number of executed instructions. */
export interface InstructionComparison {
  readonly schemaVersion: 1;
  readonly suite: string;
  readonly pybench?: Omit<PybenchCopy, 'folder'> | undefined;
  readonly counter: CounterName;
  /** In words: the counter with its version, and how the process was kept the same. */
  readonly method: string;
  /** Each variant was counted in that many layouts of memory and hash seeds. */
  readonly layouts: number;
  /** One layout was counted twice, and each test gave the same number to the last instruction. */
  readonly deterministic: boolean;
  /** Tests that were counted twice, over both variants. */
  readonly repeated: number;
  /** Where counts did not repeat: the largest difference of a test, as a fraction. */
  readonly spread?: number | undefined;
  /** The change that counts, as a fraction: 0.1%, or the spread when that is larger. */
  readonly threshold: number;
  /** All tests that ran on both, each at its own number of rounds, as pybench's own totals weigh them. */
  readonly total?: InstructionTotal | undefined;
  /** Of the tests' ratios. */
  readonly geometricMean?: number | undefined;
  readonly counts: Readonly<Record<InstructionVerdict, number>>;
  readonly tests: readonly InstructionRow[];
}

/** What a counter found in one process: of each test the instructions of its empty loop and of the test itself. */
export interface Tally {
  readonly counts: ReadonlyMap<string, { readonly rounds: number; readonly empty: number; readonly full: number }>;
  /** Tests that did not run to their end, and why. */
  readonly failed: ReadonlyMap<string, string>;
}

export interface CountJob {
  readonly interpreter: Interpreter;
  /** The folder of pybench's test modules. */
  readonly pybench: string;
  readonly tests: readonly string[];
  /** A test does its own number of rounds, divided by this. */
  readonly divisor: number;
  /** The call that the worker marks places by. */
  readonly mark: MarkName;
  /** Hash seed, and how far objects are shifted in memory. */
  readonly layout: number;
  /** For one process. */
  readonly timeoutMs: number;
  readonly ctx: Context;
}

/** A way to count. */
export interface InstructionCounter {
  readonly name: CounterName;
  readonly method: string;
  /** @throws Cancelled; whatever goes wrong with the interpreter is told in the tally. */
  count(job: CountJob): Promise<Tally>;
}
