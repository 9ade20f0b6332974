import { z } from 'zod';
import { paramValueSchema } from '../../patch/schema.ts';
import { UserError } from '../../system/diagnostic.ts';
import { readJson } from '../../system/files.ts';
import { list, struct, text, texts } from '../../system/schema.ts';

const seconds = z.number().nonnegative();

/** What is known of a cell before it is run. Only `run` is run; the others are answers already. */
const CELL_STATES = [
  'run',
  'not-applicable',
  'already-applied',
  'drifted',
  'conflict',
  'target-refuses',
  'no-tree',
] as const;

const estimate = struct({
  baseline: seconds,
  patched: seconds,
  /** CPython's tests and all that is measured. */
  rest: seconds,
  /** Of what it is the median: `4 runs of CPython 2.7 for host`. */
  from: text,
});

export const cellSchema = struct({
  /** Letters, digits, `.`, `_`, `+` and `-`: a job's, a folder's and an artifact's name; no two of a plan are the same. */
  id: text.regex(/^[\w.+-]{1,100}$/),
  recipes: list(
    struct({
      id: text,
      params: z.record(text, paramValueSchema).readonly(),
      /** SHA-256 of its file, as it was when the plan was made. */
      hash: text.optional(),
    }),
  ),
  checkout: struct({
    /** As the user named it. */
    dir: text,
    /** Of its repository; several names of one commit are one cell. Absent: the folder as it is. */
    refs: texts.optional(),
    commit: text.regex(/^[0-9a-f]{40,64}$/).optional(),
    treeHash: text.optional(),
    pythonVersion: text.optional(),
  }),
  target: text,
  state: z.enum(CELL_STATES),
  /** For states other than `run`. */
  why: text.optional(),
  /** What follows `forkwright`; word by word, for no shell. */
  args: texts,
  /** Equal for cells that build the same baseline: the name of the cache that it travels by. */
  baseline: text.regex(/^[\w.-]{1,100}$/).optional(),
  estimate: estimate.optional(),
});

/** A matrix as it is written down: `forkwright plan --format json`. */
export const planSchema = struct({
  schemaVersion: z.literal(1),
  type: z.literal('plan'),
  forkwright: text,
  cells: list(cellSchema),
});

export type Cell = z.infer<typeof cellSchema>;
export type CellState = Cell['state'];
export type CellEstimate = NonNullable<Cell['estimate']>;
export type Plan = z.infer<typeof planSchema>;

/** States that mean that there is nothing to do, and nobody's fault. The rest of those that are not run are a no. */
export const NOTHING_TO_DO: readonly CellState[] = ['not-applicable', 'already-applied', 'target-refuses', 'no-tree'];

/** @throws UserError when the file is not there, or is no plan. */
export async function readPlan(file: string): Promise<Plan> {
  const plan = await readJson(file, planSchema, 'the plan');
  if (plan !== undefined) return plan;
  throw new UserError({
    code: 'run/no-plan',
    message: 'there is no such plan',
    place: { file },
    hint: 'make it: forkwright plan RECIPE -C DIR --format json > plan.json',
  });
}
