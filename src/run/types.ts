import { z } from 'zod';
import { variantSchema } from '../bench/samples/schema.ts';
import { buildSchema } from '../builds/build-file.ts';
import { membersOf, STAGES, type StageMembers } from './stages/list.ts';

/**
 * The records of a run, checked when they are read back: by hand-edited folders, older versions, a disk that was full. What
 * other rooms own (diagnostics, what recipes say) is repeated here; test/run/types.test.ts does not compile when
 * the two part.
 */

const text = z.string();
const texts = z.array(text).readonly();
const number = z.number();
const flag = z.boolean();
const optionalText = text.optional();
const optionalNumber = number.optional();

const place = z.object({ file: text, line: optionalNumber, column: optionalNumber, length: optionalNumber }).readonly();

export const diagnosticSchema = z
  .object({
    code: text,
    message: text,
    place: place.optional(),
    hint: optionalText,
    detail: texts.optional(),
    related: z
      .array(z.object({ place, message: text }).readonly())
      .readonly()
      .optional(),
  })
  .readonly();

const baseId = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('git'), commit: text, describe: optionalText, dirty: flag, treeHash: text }).readonly(),
  z.object({ kind: z.literal('tarball'), name: text, sha256: text, treeHash: text }).readonly(),
  z.object({ kind: z.literal('folder'), treeHash: text }).readonly(),
]);

const flavour = z.object({ kind: z.enum(['release', 'fork']), name: text, evidence: texts }).readonly();

const recipe = z.object({ id: text, title: text, why: text, version: text, hash: text }).readonly();

const expectations = z
  .object({
    tests: z.array(z.object({ test: text, why: text }).readonly()).readonly(),
    faster: texts,
    slower: texts,
    startupMemory: z.enum(['less', 'more', 'same']).optional(),
    startupClaim: optionalText,
  })
  .readonly();

const editAccount = z
  .object({
    edit: number,
    kind: text,
    looksFor: text,
    why: text,
    found: z.array(z.object({ file: text, line: number, text, decision: text }).readonly()).readonly(),
    outcome: z.enum(['applied', 'nothing-to-do', 'not-for-this-version', 'failed']),
    reason: text,
  })
  .readonly();

/** What a recipe did to the checkout, as the report tells it. The diff itself lies in `patches/`. */
export const runPatchSchema = z
  .object({
    recipe,
    params: z.record(text, z.union([text, number, flag])).readonly(),
    verdict: z.enum(['applies', 'already-applied', 'not-applicable', 'drifted', 'conflict']),
    /** For verdicts other than `applies`. */
    why: optionalText,
    /** Relative to the run folder. */
    file: optionalText,
    sha256: optionalText,
    insertions: number,
    deletions: number,
    files: texts,
    expect: expectations.optional(),
    account: z.array(editAccount).readonly(),
    warnings: z.array(diagnosticSchema).readonly(),
  })
  .readonly();
export type RunPatch = z.infer<typeof runPatchSchema>;

/** What one target yielded. Stages that were not reached are absent. @param members those of the stages. */
const targetSchema = <Members extends z.ZodRawShape>(members: Members) =>
  z
    .object({
      target: text,
      title: text,
      builds: z.array(z.object({ variant: variantSchema, hit: flag, build: buildSchema }).readonly()).readonly(),
      /** Empty when baseline and patched were built under identical conditions; else what differs. */
      conditionsDiffer: texts,
      buildFailure: z.array(diagnosticSchema).readonly().optional(),
      ...members,
      /** The recipes that both variants are built with, as the target needs them; absent where it needs none. */
      ports: z.array(runPatchSchema).readonly().optional(),
      /** Of CPython's Windows build: which of the ways to it was gone, what compiled, with whose headers. */
      toolchain: optionalText,
      /** Which other machine ran the interpreters: a sentence. Absent: the one of `machine`. */
      elsewhere: optionalText,
      /** Speed and memory came by way of a bundle: the SHA-256 of its plan, and the samples relative to the run folder. */
      bundle: z.object({ plan: text, samples: text }).readonly().optional(),
      limits: texts,
    })
    .readonly();

export const machineSchema = z
  .object({
    os: text,
    arch: text,
    cpu: text,
    cores: number,
    memoryBytes: number,
    loadAverage: z.array(number).readonly(),
  })
  .readonly();

/** `run.json`: what, where, with which compilers, and what came out. Reports are rendered from this alone. */
export const recordSchema = <Members extends z.ZodRawShape>(members: Members) =>
  z
    .object({
      schemaVersion: z.literal(1),
      id: text,
      forkwright: text,
      /** ISO 8601. */
      startedAt: text,
      finishedAt: optionalText,
      state: z.enum(['running', 'finished', 'stopped', 'failed']),
      commandLine: texts,
      checkout: z.object({ root: text, pythonVersion: text, flavour, base: baseId, localChanges: texts }).readonly(),
      machine: machineSchema,
      patches: z.array(runPatchSchema).readonly(),
      targets: z.array(targetSchema(members)).readonly(),
      /** The answer in one sentence a line, for the first screen. */
      verdict: z.object({ ok: flag, lines: texts }).readonly(),
      timingsMs: z.record(text, number).readonly(),
    })
    .readonly();
export const runRecordSchema = recordSchema(membersOf(STAGES) as StageMembers);
export type RunRecord = z.infer<typeof runRecordSchema>;
export type TargetResult = RunRecord['targets'][number];
