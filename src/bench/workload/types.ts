import { z } from 'zod';
import { list, number, struct, text, texts } from '../../system/schema.ts';
import { variantSchema } from '../samples/schema.ts';

/** What is run: a file of Python's and its arguments, in a folder; and how many workers are forked when it has ended. */
export const workloadRequestSchema = z.strictObject({
  program: z.string(),
  args: z.array(z.string()),
  folder: z.string(),
  workers: z.number().int().min(0).max(256),
});
export type WorkloadRequest = z.infer<typeof workloadRequestSchema>;

const figureName = z.enum(['peak', 'end', 'end-pss', 'group', 'worker', 'group-frozen', 'worker-frozen']);
export type FigureName = z.infer<typeof figureName>;

const figure = struct({
  name: figureName,
  /** Medians over the processes, bytes. */
  baseline: number,
  patched: number,
  /** Median over the pairs of patched / baseline, and its interval. */
  ratio: number,
  low: number,
  high: number,
  verdict: z.enum(['more', 'less', 'same', 'inconclusive']),
});
export type WorkloadFigure = z.infer<typeof figure>;

const amount = struct({ blocks: number, bytes: number });
const both = { baseline: amount, patched: amount };

/** At a mark: medians over the processes. */
const markPoint = struct({ mark: text, baseline: number, patched: number });

/** Live bytes at a mark, the larger less the smaller of two processes when they are not equal. */
const livePoint = struct({ mark: text, baseline: number, patched: number, spreadBytes: number.optional() });

const stackDifference = struct({
  /** C functions, the one that asked first; cut behind the one that runs the program. */
  stack: texts,
  ...both,
});
export type StackDifference = z.infer<typeof stackDifference>;

const typeDifference = struct({ type: text, ...both });

const whatSchema = z.enum(['system', 'workers', 'live', 'sites']);
const problem = struct({ what: whatSchema, variant: variantSchema.optional(), why: text });
export type WorkloadProblem = z.infer<typeof problem>;

export const workloadSchema = struct({
  schemaVersion: z.literal(1),
  /** The program's name and arguments, for a reader. */
  program: text,
  workers: number,
  pairs: number,
  figures: list(figure),
  /** Resident bytes at each mark. */
  curve: list(markPoint),
  live: list(livePoint),
  /** Objects at the end, by what the counter knows of their types, and by class as gc knows them: only what differs. */
  types: list(typeDifference),
  classes: list(typeDifference),
  /** Only what differs, the largest difference in bytes first. */
  stacks: list(stackDifference),
  /** The machine's load average over the last minute, when it began and ended. */
  load: z.tuple([number, number]).readonly(),
  problems: list(problem),
});
export type WorkloadResult = z.infer<typeof workloadSchema>;
