import { z } from 'zod';
import { list, number, struct, text } from '../../system/schema.ts';

/** One test of a stock pybench, as its report or its pickle tells it. Milliseconds at the benchmark's own rounds and warp. */
const importedTest = struct({
  test: text,
  minMs: number,
  avgMs: number,
  /** Only a pickle tells. */
  rounds: number.optional(),
  operations: number.optional(),
  version: number.optional(),
});
export type ImportedTest = z.infer<typeof importedTest>;

const described = {
  source: text,
  form: z.enum(['pybench-text', 'pybench-pickle']),
  /** pybench's own version: `2.0`. */
  version: text.optional(),
  rounds: number.optional(),
  warp: number.optional(),
  timer: text.optional(),
  pythonVersion: text.optional(),
  implementation: text.optional(),
  compiler: text.optional(),
  build: text.optional(),
  executable: text.optional(),
  platform: text.optional(),
  /** The step of its figures: a report is rounded to whole milliseconds. */
  stepMs: number.optional(),
};
export const benchmarkSchema = struct({ ...described, tests: list(importedTest) });
export type ImportedBenchmark = z.infer<typeof benchmarkSchema>;

/** A difference as pybench has it: patched / baseline - 1, or why there is none. */
const importedRow = struct({
  test: text,
  minBaselineMs: number.optional(),
  minPatchedMs: number.optional(),
  minDifference: number.optional(),
  avgBaselineMs: number.optional(),
  avgPatchedMs: number.optional(),
  avgDifference: number.optional(),
  note: text.optional(),
});
export type ImportedRow = z.infer<typeof importedRow>;

/**
 * Two stock benchmarks side by side. One process a side: there is no interval and no verdict, for what differs between
 * two processes of one interpreter cannot be told from what differs between two interpreters.
 */
export const importedComparisonSchema = struct({
  baseline: struct(described),
  patched: struct(described),
  rows: list(importedRow),
  /** Ratios of sums over the tests that compare, as pybench's last line; absent when one does not. */
  totals: importedRow.optional(),
  /** Geometric mean of the minima's ratios, over the tests that compare. */
  geometricMean: number.optional(),
  /** What should be equal on both sides, and is not. */
  conditionsDiffer: list(text),
});
export type ImportedComparison = z.infer<typeof importedComparisonSchema>;

const pyperfFacts = struct({
  source: text,
  /** Metadata by pyperf's own names: `cpu_model_name`, `python_version`. */
  facts: z.record(text, text).readonly(),
  /** Start of the first and of the last process, milliseconds since 1970. */
  dates: z.tuple([number, number]).readonly().optional(),
  notes: list(text),
});

/** `mean`: of the means of the processes, in the benchmark's unit. */
const pyperfSide = struct({ processes: number, values: number, mean: number.optional() });

const pyperfRow = struct({
  test: text,
  unit: text,
  baseline: pyperfSide.optional(),
  patched: pyperfSide.optional(),
  /** patched / baseline of the means, and what the scatter of the processes makes of it: a 95% interval. */
  ratio: number.optional(),
  low: number.optional(),
  high: number.optional(),
  note: text.optional(),
});
export type PyperfRow = z.infer<typeof pyperfRow>;

/** Files of pyperf: one, or two side by side. Never a verdict: `reasons` says why. */
export const pyperfComparisonSchema = struct({
  baseline: pyperfFacts,
  patched: pyperfFacts.optional(),
  rows: list(pyperfRow),
  /** Over the benchmarks of time that compare. */
  geometricMean: number.optional(),
  reasons: list(text),
  conditionsDiffer: list(text),
});
export type PyperfComparison = z.infer<typeof pyperfComparisonSchema>;
