import { z } from 'zod';
import { VARIANTS, type Variant } from '../../builds/types.ts';
import { struct, text, texts } from '../../system/schema.ts';

const seconds = z.array(z.number()).min(1).readonly();
const counts = z.record(text, z.number().positive()).readonly();

export const variantSchema = z.enum(VARIANTS);

/** An interpreter of a session: a variant, or the second, third, … of several that are measured beside one baseline. */
export type Measured = Variant | `patched-${number}`;
const measuredSchema = z.union([variantSchema, z.templateLiteral(['patched-', z.int().min(2)])]);

/** A ratio is patched / baseline of time (above 1 means that the patched interpreter is slower), with its 95% bootstrap interval over pairs. */
export const estimateSchema = struct({ ratio: z.number(), low: z.number(), high: z.number() });

export const pybenchPinSchema = struct({
  /** `2.0`, `2.1`. */
  version: text,
  origin: text,
  /** SHA-256 over its files. */
  sha256: text,
  /** True when 2.0 was converted by lib2to3 for a Python 3 interpreter. */
  converted: z.boolean(),
});

export const benchSettingsSchema = struct({
  pairs: z.number().int().positive(),
  seed: z.number().int().nonnegative(),
  /** Only tests whose names match. */
  tests: text.optional(),
  /** No answer of a worker (one block of a test) may take longer than this. */
  testTimeoutMs: z.number().positive(),
  /** How long a block should take, milliseconds: the loops of each test are chosen so, once, on the baseline. */
  blockMs: z.number().positive(),
  /** How often a test's mirrored sequence (ABBA or BAAB) runs in a pair, at most: slow tests get fewer. */
  repeats: z.number().int().positive(),
  /** Each pair is measured with interpreters whose objects were linked in an order of its own. Absent: one layout for all pairs. */
  layouts: z.literal('each-pair').optional(),
  /** Pairs at once is always one; CPU to pin to, when possible. */
  cpu: z.number().int().nonnegative().optional(),
});

/** Name and smallest step seen (seconds; null when it stood still) of a clock. */
const clock = struct({ name: text, resolution: z.number().nullable() });

export const workerFactsSchema = struct({
  version: text,
  implementation: text,
  executable: text,
  platform: text,
  hashRandomisation: z.number(),
  clocks: struct({ cpu: clock, wall: clock }),
});

export const sampleHeaderSchema = struct({
  type: z.literal('header'),
  schemaVersion: z.literal(1),
  suite: text,
  pybench: pybenchPinSchema.optional(),
  settings: benchSettingsSchema,
  tests: texts,
  /** Rounds (warp) a block of each test does, chosen once on the baseline. */
  loops: counts,
  /** How often the mirrored sequence of blocks of each test runs in a pair. */
  repeats: counts,
  variants: z.partialRecord(measuredSchema, z.object({ buildKey: text, pythonVersion: text })).readonly(),
  clock: z.enum(['cpu', 'wall']),
  /** SHA-256 of each benchmark file, for `--suite FILE.py`. */
  files: z.record(text, text).readonly().optional(),
  /** What else makes a suite the same suite, by name: a version, a hash. */
  pins: z.record(text, text).readonly().optional(),
  /** The tests' own numbers of rounds: the classic table is scaled to them. */
  defaultRounds: counts,
  /** Operations that a test does in one round, by its own account. */
  operations: counts,
  /** Tests that vanish in their calibration: it is measured, and not subtracted. */
  uncalibrated: texts,
  workers: z.partialRecord(measuredSchema, workerFactsSchema).readonly(),
  /** How many link orders each variant was measured in; a variant that is not there has one. */
  layouts: z.partialRecord(measuredSchema, z.number().int().positive()).readonly().optional(),
  pinnedCpu: z.number().int().nonnegative().optional(),
  /** A self-test: variants that were slowed down on purpose, by this fraction. */
  planted: z.partialRecord(measuredSchema, z.number()).readonly().optional(),
  /** ISO 8601. */
  startedAt: text,
});

const sample = struct({
  type: z.literal('sample'),
  pair: z.number().int().positive(),
  variant: measuredSchema,
  test: text,
  /** Position in the pair's shuffled order, and the block order, `ABBA` or `BAAB`. */
  position: z.number().int().positive(),
  order: text,
  /** Seconds a block took, one a block; `overheadCpu` and `overheadWall` are subtracted already when given. */
  cpu: seconds,
  wall: seconds,
  /** The time of the empty loop that was subtracted; `undefined` when it could not be (see `note`). */
  overheadCpu: z.number().optional(),
  overheadWall: z.number().optional(),
  operations: z.number().positive(),
  /**
   * Of a test in a process of its own: its peak resident bytes (or those of the largest process that it waited for), and
   * its proportional set size after a block, the largest of those seen.
   */
  peakRssBytes: z.number().positive().optional(),
  pssBytes: z.number().positive().optional(),
  note: text.optional(),
});

const problem = struct({
  type: z.literal('problem'),
  /** From 1; 0 is the planning before the first pair. */
  pair: z.number().int().nonnegative(),
  variant: measuredSchema,
  test: text,
  kind: z.enum(['missing', 'failed', 'timeout']),
  message: text,
});

const pair = z.number().int().positive();
const ps = z.array(z.number().min(0).max(1)).readonly();

/** These samples are of two of the interpreters of a session of several: what its other comparisons found, for all are judged as one family. */
const family = struct({
  type: z.literal('family'),
  /** The other comparisons' p values: of the tests that their changes declare, and of all others. */
  declared: ps,
  others: ps,
  /** What the session's control seemed to change by, of all its tests. */
  control: struct({ noiseFloor: z.number(), flagged: z.number(), mean: estimateSchema.optional() }).optional(),
});
export type Family = z.infer<typeof family>;

/** A line of `samples.jsonl`. A comparison is a pure function of these lines. */
export const sampleLineSchema = z.discriminatedUnion('type', [
  sampleHeaderSchema,
  sample,
  problem,
  struct({ type: z.literal('pair-done'), pair, hashSeed: z.number().int().positive() }),
  /** The measuring was stopped and goes on with this pair: lines of it that stand above do not count. */
  struct({ type: z.literal('resumed'), pair, at: text }),
  family,
]);

export type SampleLine = z.infer<typeof sampleLineSchema>;
export type SampleHeader = z.infer<typeof sampleHeaderSchema>;
export type Sample = z.infer<typeof sample>;
export type SampleProblem = z.infer<typeof problem>;
