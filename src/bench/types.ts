import { z } from 'zod';
import type { Variant } from '../builds/types.ts';
import { list, number, struct, text, texts } from '../system/schema.ts';
import {
  type benchSettingsSchema,
  estimateSchema,
  pybenchPinSchema,
  variantSchema,
  type workerFactsSchema,
} from './samples/schema.ts';

export type { Family, Measured, Sample, SampleHeader, SampleLine, SampleProblem } from './samples/schema.ts';

export interface Interpreter<Name extends string = Variant> {
  readonly variant: Name;
  /** What is started: the interpreter itself, or an emulator and its options. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pythonVersion: string;
  /** It runs on another machine: nothing of this one's can be set for it. */
  readonly elsewhere?: boolean | undefined;
  /** It starts only with pipes for its output, not with a file: Python 3 under Wine. */
  readonly pipes?: boolean | undefined;
  /** How many times as long as here it may take, on a slower machine or under an emulator; absent: once. See `timeLimit`. */
  readonly slowdown?: number | undefined;
  /** The build's key, for the record. */
  readonly buildKey: string;
  /** The same interpreter linked in other orders, a command each: pair n is measured with the n-th (and again from the first). */
  readonly layouts?: readonly (readonly string[])[] | undefined;
}

export type PybenchCopy = z.infer<typeof pybenchPinSchema> & { readonly folder: string };

export type BenchSettings = z.infer<typeof benchSettingsSchema>;
export type WorkerFacts = z.infer<typeof workerFactsSchema>;

const testVerdict = z.enum(['faster', 'slower', 'no-change', 'inconclusive', 'missing', 'failed']);
export type TestVerdict = z.infer<typeof testVerdict>;

export type RatioEstimate = z.infer<typeof estimateSchema>;

const testRow = struct({
  test: text,
  verdict: testVerdict,
  estimate: estimateSchema.optional(),
  /** Sign-flip p, and Benjamini-Hochberg adjusted q. */
  p: number.optional(),
  q: number.optional(),
  pairs: number,
  /** Smallest and mean block, milliseconds. */
  minBaselineMs: number.optional(),
  minPatchedMs: number.optional(),
  avgBaselineMs: number.optional(),
  avgPatchedMs: number.optional(),
  /** For `no-change`: the change that is ruled out, as a fraction (0.01 = 1%). */
  bound: number.optional(),
  /** For `inconclusive`: pairs that would settle it. */
  pairsToSettle: number.optional(),
  /** The recipe said beforehand that this test gets faster or slower. */
  declared: z.enum(['faster', 'slower']).optional(),
  note: text.optional(),
});
export type TestRow = z.infer<typeof testRow>;

/** What the usual tools would have said of one test, from the same samples: shown beside our verdicts, never judged by. */
const usualVerdict = struct({
  test: text,
  /** pybench's own figure: minimum over everything, patched / baseline - 1. It has no notion of chance. */
  minimumDifference: number,
  /** Two-sided p of Welch's t test on all blocks pooled, as if each were a sample of its own. */
  pooledT: number,
});
export type UsualVerdict = z.infer<typeof usualVerdict>;

/** Memory of a test in a process of its own. `ratio`: patched / baseline of the bytes. */
const memoryRow = struct({
  test: text,
  measure: z.enum(['peakRssBytes', 'pssBytes']),
  verdict: z.enum(['more', 'less', 'same', 'inconclusive']),
  q: number,
  pairs: number,
  /** All pairs agree to the byte. */
  exact: z.boolean().optional(),
  /** Medians over the pairs. */
  baselineBytes: number,
  patchedBytes: number,
  estimate: estimateSchema,
});
export type MemoryRow = z.infer<typeof memoryRow>;

/** What happened to speed: a pure function of the samples. Written as `comparison.json`. */
export const speedSchema = struct({
  schemaVersion: z.literal(1),
  suite: text,
  pybench: pybenchPinSchema.optional(),
  /** As in the samples' header. */
  pins: z.record(text, text).readonly().optional(),
  clock: z.enum(['cpu', 'wall']),
  pairs: number,
  pairsPlanned: number,
  /** Geometric mean over the tests, 20% trimmed mean over the pairs. */
  geometricMean: estimateSchema.optional(),
  counts: z.record(testVerdict, number).readonly(),
  tests: list(testRow),
  /** The change that counts: max(1%, noise floor), as a fraction. */
  threshold: number,
  /** The control's 95th percentile, when a control ran. */
  noiseFloor: number.optional(),
  /** Tests of the control that would be called changed without the floor. Absent in records of before it was kept. */
  controlFlagged: number.optional(),
  /** The control's own geometric mean: what the whole moves by though no source differs. */
  controlMean: estimateSchema.optional(),
  falseDiscoveryRate: number,
  /** A self-test: variants that were slowed down on purpose, by this fraction. */
  planted: z.partialRecord(variantSchema, number).readonly().optional(),
  /** What a reader must know to judge the figures: too few pairs, a torn file. */
  warnings: texts.optional(),
  /** Absent in records of before it was kept. */
  usual: list(usualVerdict).optional(),
  /** Of suites whose tests have processes of their own. */
  memory: list(memoryRow).optional(),
});
export type SpeedComparison = z.infer<typeof speedSchema>;

/** Bytes of VmRSS before and after. */
const grown = struct({
  beforeBytes: number,
  afterBytes: number,
  grownBytes: number,
  /** The largest growth of the repeats minus the smallest, when they were not all equal. */
  spreadBytes: number.optional(),
});

/** Resident growth after N distinct functions were called once: an unbounded cache shows here. */
export const growthSchema = struct({
  functions: number,
  growth: z.partialRecord(variantSchema, grown).readonly(),
  method: text,
  problems: z.partialRecord(variantSchema, text).readonly().optional(),
});
export type GrowthResult = z.infer<typeof growthSchema>;

const testOutcome = z.enum(['passed', 'failed', 'skipped', 'crashed', 'timeout', 'missing']);
export type CpythonTestOutcome = z.infer<typeof testOutcome>;

const cpythonTestRow = struct({
  test: text,
  baseline: testOutcome,
  patched: testOutcome,
  /** Single test cases that fail on one side only. */
  onlyBaseline: texts,
  onlyPatched: texts,
  /** `same`; `expected`: declared by the recipe, with its reason; `unexpected`: fails the run. */
  verdict: z.enum(['same', 'expected', 'unexpected', 'fixed']),
  why: text.optional(),
});
export type CpythonTestRow = z.infer<typeof cpythonTestRow>;

export const cpythonTestsSchema = struct({ set: text, rows: list(cpythonTestRow), unexpected: number });
export type CpythonTestComparison = z.infer<typeof cpythonTestsSchema>;

/**
 * A time limit that is meant for an interpreter which runs here, as it is for this one.
 * @param ms milliseconds.
 * @returns milliseconds.
 */
export function timeLimit(ms: number, { slowdown = 1 }: Pick<Interpreter, 'slowdown'>): number {
  return ms * slowdown;
}

/** One measuring of an interpreter against itself, with or without a slowdown planted on one side. */
const selfTestRun = struct({
  /** The planted slowdown as a fraction; 0 for A against A. */
  planted: number,
  repetition: number,
  /** Which of several copies in one session, from 1. */
  copy: number.optional(),
  comparison: speedSchema,
  tests: number,
  flagged: list(z.string()),
  /** The samples' file, by its name in the folder. */
  samples: z.string(),
  /** How long the measuring took; a finished file takes none. */
  measuringMs: number,
  /** The machine's load average over the last minute, when it began and ended. */
  load: z.tuple([number, number]).readonly(),
});
export type SelfTestRun = z.infer<typeof selfTestRun>;

export const selfTestResultSchema = struct({
  runs: list(selfTestRun),
  /** Of all tests of all runs with nothing planted: the share called changed. The promise: at most 5%. */
  falselyFlagged: number,
  /** For each planted slowdown: the share of tests found slower. */
  power: list(struct({ planted: number, found: number })),
});
export type SelfTestResult = z.infer<typeof selfTestResultSchema>;
