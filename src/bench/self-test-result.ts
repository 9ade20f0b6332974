import { z } from 'zod';
import { list, number, struct } from '../system/schema.ts';
import { speedSchema } from './types.ts';

/** One measuring of an interpreter against itself, with or without a slowdown planted on one side. */
const selfTestRun = struct({
  /** The planted slowdown as a fraction; 0 for A against A. */
  planted: number,
  repetition: number,
  comparison: speedSchema,
  /** Tests that were compared. */
  tests: number,
  /** Tests called faster or slower. */
  flagged: list(z.string()),
  /** The samples' file, by its name in the folder. */
  samples: z.string(),
  /** How long the measuring took; a finished file takes none. */
  measuringMs: number,
  /** The machine's load average over the last minute, when it began and ended. */
  load: z.tuple([number, number]).readonly(),
});
export type SelfTestRun = z.infer<typeof selfTestRun>;

/** What the measuring can and cannot see on this machine. */
export const selfTestResultSchema = struct({
  runs: list(selfTestRun),
  /** Of all tests of all runs with nothing planted: the share called changed. The promise: at most 5%. */
  falselyFlagged: number,
  /** For each planted slowdown: the share of tests found slower. */
  power: list(struct({ planted: number, found: number })),
});
export type SelfTestResult = z.infer<typeof selfTestResultSchema>;
