import { z } from 'zod';

const variant = z.enum(['baseline', 'patched', 'control']);
const seconds = z.number();
const counts = z.record(z.string(), z.number().positive());

const settings = z.object({
  pairs: z.number().int().positive(),
  seed: z.number().int().nonnegative(),
  tests: z.string().optional(),
  testTimeoutMs: z.number().positive(),
  blockMs: z.number().positive(),
  repeats: z.number().int().positive(),
  layouts: z.literal('each-pair').optional(),
  cpu: z.number().int().nonnegative().optional(),
});

const clock = z.object({ name: z.string(), resolution: z.number().nullable() });

/** A worker's greeting. */
export const workerFactsSchema = z.object({
  version: z.string(),
  implementation: z.string(),
  executable: z.string(),
  platform: z.string(),
  hashRandomisation: z.number(),
  clocks: z.object({ cpu: clock, wall: clock }),
});

export const sampleHeaderSchema = z.object({
  type: z.literal('header'),
  schemaVersion: z.literal(1),
  suite: z.string(),
  pybench: z.object({ version: z.string(), origin: z.string(), sha256: z.string(), converted: z.boolean() }).optional(),
  settings,
  tests: z.array(z.string()),
  loops: counts,
  repeats: counts,
  variants: z.partialRecord(variant, z.object({ buildKey: z.string(), pythonVersion: z.string() })),
  clock: z.enum(['cpu', 'wall']),
  files: z.record(z.string(), z.string()).optional(),
  defaultRounds: counts,
  operations: counts,
  uncalibrated: z.array(z.string()),
  workers: z.partialRecord(variant, workerFactsSchema),
  layouts: z.partialRecord(variant, z.number().int().positive()).optional(),
  pinnedCpu: z.number().int().nonnegative().optional(),
  planted: z.partialRecord(variant, z.number()).optional(),
  startedAt: z.string(),
});

const sample = z.object({
  type: z.literal('sample'),
  pair: z.number().int().positive(),
  variant,
  test: z.string(),
  position: z.number().int().positive(),
  order: z.string(),
  cpu: z.array(seconds).min(1),
  wall: z.array(seconds).min(1),
  overheadCpu: seconds.optional(),
  overheadWall: seconds.optional(),
  operations: z.number().positive(),
  note: z.string().optional(),
});

const problem = z.object({
  type: z.literal('problem'),
  pair: z.number().int().nonnegative(),
  variant,
  test: z.string(),
  kind: z.enum(['missing', 'failed', 'timeout']),
  message: z.string(),
});

/** A line of `samples.jsonl`. */
export const sampleLineSchema = z.discriminatedUnion('type', [
  sampleHeaderSchema,
  sample,
  problem,
  z.object({ type: z.literal('pair-done'), pair: z.number().int().positive(), hashSeed: z.number().int().positive() }),
  z.object({ type: z.literal('resumed'), pair: z.number().int().positive(), at: z.string() }),
]);
