import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';
import { z } from 'zod';
import { variantSchema } from '../bench/samples/schema.ts';
import { buildSchema } from '../builds/build-file.ts';
import { baseIdSchema, flavourSchema } from '../checkout/schema.ts';
import { accountSchema, expectationsSchema, identitySchema, originSchema, paramValueSchema } from '../patch/schema.ts';
import { diagnosticSchema } from '../system/diagnostic-schema.ts';
import { flag, list, number, struct, text, texts } from '../system/schema.ts';
import { membersOf, STAGES, type StageMembers } from './stages/list.ts';

/** The records of a run, checked when they are read back: by hand-edited folders, older versions, a disk that was full. */

const optionalText = text.optional();

/** What a change did to the checkout, as the report tells it. The diff itself lies in `patches/`. */
const runPatchSchema = struct({
  recipe: identitySchema,
  /** Absent: a recipe made it. */
  origin: originSchema.optional(),
  params: z.record(text, paramValueSchema).readonly(),
  verdict: z.enum(['applies', 'already-applied', 'not-applicable', 'drifted', 'conflict']),
  /** For verdicts other than `applies`. */
  why: optionalText,
  /** Relative to the run folder, which may be somebody else's: never out of it. */
  file: text.regex(/^patches\/(?!\.\.?$)[^/\\\0]+$/, 'a file in patches/ is expected').optional(),
  sha256: optionalText,
  insertions: number,
  deletions: number,
  files: texts,
  expect: expectationsSchema.optional(),
  account: list(accountSchema),
  warnings: list(diagnosticSchema),
});
export type RunPatch = z.infer<typeof runPatchSchema>;

/** What one target yielded. Stages that were not reached are absent. @param members those of the stages. */
const targetSchema = <Members extends z.ZodRawShape>(members: Members) =>
  struct({
    target: text,
    title: text,
    builds: list(struct({ variant: variantSchema, hit: flag, build: buildSchema })),
    /** Empty when baseline and patched were built under identical conditions; else what differs. */
    conditionsDiffer: texts,
    /** What differs because it was asked for: the sides' own sources and settings, a change of the build itself, and what came of them. */
    sidesDiffer: texts.optional(),
    buildFailure: list(diagnosticSchema).optional(),
    ...members,
    /** The recipes that both variants are built with, as the target needs them; absent where it needs none. */
    ports: list(runPatchSchema).optional(),
    /** Of CPython's Windows build: which of the ways to it was gone, what compiled, with whose headers. */
    toolchain: optionalText,
    /** Which other machine ran the interpreters: a sentence. Absent: the one of `machine`. */
    elsewhere: optionalText,
    /** Speed and memory came by way of a bundle: the SHA-256 of its plan, and the samples relative to the run folder. */
    bundle: struct({ plan: text, samples: text }).optional(),
    limits: texts,
  });

const checkoutFacts = struct({
  root: text,
  pythonVersion: text,
  flavour: flavourSchema,
  base: baseIdSchema,
  localChanges: texts,
});

const sideFacts = struct({
  /** As the user wrote it. */
  name: text,
  checkout: checkoutFacts,
  /** What was made of its sources before it was built. */
  patches: list(runPatchSchema),
  /** As a person would write them. */
  settings: texts,
});

export const machineSchema = struct({
  os: text,
  arch: text,
  cpu: text,
  cores: number,
  memoryBytes: number,
  loadAverage: list(number),
});

/** `run.json`: what, where, with which compilers, and what came out. Reports are rendered from this alone. */
export const recordSchema = <Members extends z.ZodRawShape>(members: Members) =>
  struct({
    schemaVersion: z.literal(1),
    id: text,
    forkwright: text,
    /** ISO 8601. */
    startedAt: text,
    finishedAt: optionalText,
    state: z.enum(['running', 'finished', 'stopped', 'failed']),
    commandLine: texts,
    checkout: checkoutFacts,
    /** Baseline and patched, where they differ in more than changes; `checkout` and `patches` are those of the first and the second then. */
    sides: z.tuple([sideFacts, sideFacts]).readonly().optional(),
    machine: machineSchema,
    patches: list(runPatchSchema),
    targets: list(targetSchema(members)),
    /** The answer in one sentence a line, for the first screen. */
    verdict: struct({ ok: flag, lines: texts }),
    timingsMs: z.record(text, number).readonly(),
  });
export const runRecordSchema = recordSchema(membersOf(STAGES) as StageMembers);
export type RunRecord = z.infer<typeof runRecordSchema>;
export type TargetResult = RunRecord['targets'][number];

export function describeMachine(): RunRecord['machine'] {
  const all = cpus();
  return {
    os: `${type()} ${release()}`,
    arch: arch(),
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryBytes: totalmem(),
    loadAverage: loadavg(),
  };
}
