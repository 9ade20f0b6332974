import { z } from 'zod';
import { isNamedChoice } from '../bench/suites/list.ts';
import { workloadRequestSchema } from '../bench/workload/types.ts';
import { writtenSettingsSchema } from '../change/settings.ts';
import { paramValueSchema } from '../patch/schema.ts';

/** In the order in which they are made: a recipe, or what is kept of another change in the run's folder. */
const changesSchema = z.array(
  z.union([
    z.strictObject({ recipe: z.string(), params: z.record(z.string(), paramValueSchema) }),
    z.strictObject({ given: z.string().regex(/^[\w+][\w.+-]*$/, 'the name of a change that is kept with the run') }),
  ]),
);

/** One side of a comparison: its own sources, changes and settings. */
const sideSchema = z.strictObject({
  /** As the user wrote it. */
  name: z.string(),
  checkout: z.string(),
  changes: changesSchema,
  settings: writtenSettingsSchema,
  /** An interpreter that was built elsewhere: `checkout` is its path, and this its fingerprint. */
  interpreter: z.string().optional(),
});

export const askedSchema = z.strictObject({
  schemaVersion: z.literal(1),
  checkout: z.string(),
  /** Globs of files beside the recipes' own in which their edits are made as well. */
  include: z.array(z.string()).optional(),
  changes: changesSchema,
  /** Baseline and patched, where they differ in more than changes: `checkout` is the baseline's then, and `changes` is empty. */
  sides: z.tuple([sideSchema, sideSchema]).optional(),
  targets: z.array(z.string()).min(1),
  /** Targets whose interpreters run elsewhere than their descriptors say: `ssh://…` by name. */
  runners: z.record(z.string(), z.string()).optional(),
  /** The Microsoft SDK that targets are built with which take one; absolute. */
  sysroot: z.string().optional(),
  build: z.strictObject({
    pgo: z.boolean(),
    modules: z.enum(['core', 'all']),
    configure: z.array(z.string()),
    cflags: z.string().optional(),
    externals: z.boolean().optional(),
    launcher: z.enum(['ccache', 'sccache', 'distcc', 'icecc', 'none']),
  }),
  cpythonTests: z.union([z.enum(['quick', 'all', 'none']), z.array(z.string())]),
  /** What is run for the memory that it takes. Absent: nothing. */
  workload: workloadRequestSchema.optional(),
  bench: z.strictObject({
    pairs: z.number().int().min(2),
    seed: z.number().int().nonnegative(),
    tests: z.string().optional(),
    testTimeoutMs: z.number().int().positive(),
    /** How long a block of one test takes, milliseconds, and how often its mirrored sequence runs in a pair. */
    blockMs: z.number().positive(),
    repeats: z.number().int().positive(),
    /** How instructions are counted; requests of before they were have no such member. */
    instructions: z.enum(['off', 'auto', 'callgrind', 'perf']).default('off'),
    pybench: z.string().optional(),
    pyperformance: z.string().optional(),
    /** What is measured: a suite by its name, or a user's scripts (absolute). Absent: pybench. */
    suite: z.union([z.string().refine(isNamedChoice, 'no suite of that name'), z.array(z.string()).min(1)]).optional(),
    control: z.boolean(),
    /** `each-pair`: every pair of processes runs interpreters that were linked in an order of its own. */
    layouts: z.literal('each-pair').optional(),
  }),
});

export type Asked = z.infer<typeof askedSchema>;
export type AskedSide = z.infer<typeof sideSchema>;
