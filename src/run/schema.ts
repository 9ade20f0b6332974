import { z } from 'zod';
import { sampleLineSchema } from '../bench/samples/schema.ts';
import type { SampleHeader } from '../bench/types.ts';

/**
 * `run.json` as it is checked when it is read back: by hand-edited folders, older versions, a disk that was full.
 * The schemas infer to exactly the types of types.ts; test/run/schema.test.ts does not compile when they part.
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

const runPatch = z
  .object({
    recipe,
    params: z.record(text, z.union([text, number, flag])).readonly(),
    verdict: z.enum(['applies', 'already-applied', 'not-applicable', 'drifted', 'conflict']),
    why: optionalText,
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

const tool = z.object({ name: text, path: text, version: text }).readonly();

export const buildSchema = z
  .object({
    schemaVersion: z.literal(1),
    key: text,
    fingerprint: text,
    inputs: z.record(text, z.unknown()).readonly(),
    target: text,
    pythonVersion: text,
    root: text,
    src: text,
    obj: text,
    python: text,
    wrapper: text.optional(),
    pythonSha256: text,
    commands: z.object({ configure: texts, make: texts }).readonly(),
    env: z.record(text, text).readonly(),
    pyconfigSha256: text,
    makefileSha256: text,
    compiler: z.object({ path: text, version: text }).readonly(),
    tools: z.array(tool).readonly(),
    quirks: z.array(z.object({ id: text, why: text }).readonly()).readonly(),
    missingModules: texts,
    linkOrder: z
      .object({ seed: number, objects: number, how: z.enum(['archive', 'objects']) })
      .readonly()
      .optional(),
    configureReused: flag,
    durationsMs: z.object({ tree: number, configure: number, make: number }).readonly(),
    logs: z.record(text, text).readonly(),
  })
  .readonly();

const variant = z.enum(['baseline', 'patched', 'control']);
const outcome = z.enum(['passed', 'failed', 'skipped', 'crashed', 'timeout', 'missing']);

export const cpythonTestsSchema = z
  .object({
    set: text,
    rows: z
      .array(
        z
          .object({
            test: text,
            baseline: outcome,
            patched: outcome,
            onlyBaseline: texts,
            onlyPatched: texts,
            verdict: z.enum(['same', 'expected', 'unexpected', 'fixed']),
            why: optionalText,
          })
          .readonly(),
      )
      .readonly(),
    unexpected: number,
  })
  .readonly();

const verdict = z.enum(['faster', 'slower', 'no-change', 'inconclusive', 'missing', 'failed']);
const estimate = z.object({ ratio: number, low: number, high: number }).readonly();

const pybenchCopy = z.object({ version: text, origin: text, sha256: text, converted: flag }).readonly();

const testRow = z
  .object({
    test: text,
    verdict,
    estimate: estimate.optional(),
    p: optionalNumber,
    q: optionalNumber,
    pairs: number,
    minBaselineMs: optionalNumber,
    minPatchedMs: optionalNumber,
    avgBaselineMs: optionalNumber,
    avgPatchedMs: optionalNumber,
    bound: optionalNumber,
    pairsToSettle: optionalNumber,
    declared: z.enum(['faster', 'slower']).optional(),
    note: optionalText,
  })
  .readonly();

export const speedSchema = z
  .object({
    schemaVersion: z.literal(1),
    suite: text,
    pybench: pybenchCopy.optional(),
    clock: z.enum(['cpu', 'wall']),
    pairs: number,
    pairsPlanned: number,
    geometricMean: estimate.optional(),
    counts: z.record(verdict, number).readonly(),
    tests: z.array(testRow).readonly(),
    threshold: number,
    noiseFloor: optionalNumber,
    controlFlagged: optionalNumber,
    controlMean: estimate.optional(),
    falseDiscoveryRate: number,
    planted: z.partialRecord(variant, number).readonly().optional(),
    warnings: texts.optional(),
    usual: z
      .array(z.object({ test: text, minimumDifference: number, pooledT: number }).readonly())
      .readonly()
      .optional(),
  })
  .readonly();

const grown = z
  .object({ beforeBytes: number, afterBytes: number, grownBytes: number, spreadBytes: optionalNumber })
  .readonly();

export const growthSchema = z
  .object({
    functions: number,
    growth: z.partialRecord(variant, grown).readonly(),
    method: text,
    problems: z.partialRecord(variant, text).readonly().optional(),
  })
  .readonly();

const amount = z.object({ blocks: number, bytes: number }).readonly();
const live = { bytes: number, blocks: number, spreadBytes: optionalNumber };
const typesDiffer = z.array(z.object({ type: text, baseline: amount, patched: amount }).readonly()).readonly();
const figure = z.enum(['exact', 'collected', 'taken', 'pymalloc', 'resident']);

export const memorySchema = z
  .object({
    schemaVersion: z.literal(1),
    repeats: number,
    points: z
      .array(
        z
          .object({
            name: z.enum(['pass', 'imports']),
            code: text,
            variants: z
              .partialRecord(
                variant,
                z
                  .object({
                    exact: z
                      .object({ ...live, peakBytes: number })
                      .readonly()
                      .optional(),
                    collected: z.object(live).readonly().optional(),
                    taken: z
                      .object({ ...live, arenaBytes: number, arenas: number })
                      .readonly()
                      .optional(),
                    pymalloc: z.object({ bytes: optionalNumber, blocks: number }).readonly().optional(),
                    resident: z
                      .object({ bytes: number, ownBytes: optionalNumber, spreadBytes: optionalNumber })
                      .readonly()
                      .optional(),
                  })
                  .readonly(),
              )
              .readonly(),
            types: typesDiffer,
            collectedTypes: typesDiffer,
            sizes: z.array(z.object({ size: number, baseline: number, patched: number }).readonly()).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    methods: z.partialRecord(figure, text).readonly(),
    problems: z.array(z.object({ figure, variant: variant.optional(), why: text }).readonly()).readonly(),
  })
  .readonly();

const instructionRatio = { ratio: number, low: number, high: number };
const instructionVerdict = z.enum(['more', 'fewer', 'same', 'layout', 'missing', 'failed']);

export const instructionsSchema = z
  .object({
    schemaVersion: z.literal(1),
    suite: text,
    pybench: pybenchCopy.optional(),
    counter: z.enum(['callgrind', 'perf', 'qemu']),
    method: text,
    layouts: number,
    deterministic: flag,
    repeated: number,
    spread: optionalNumber,
    threshold: number,
    total: z
      .object({ ...instructionRatio, baseline: number, patched: number })
      .readonly()
      .optional(),
    geometricMean: optionalNumber,
    counts: z.record(instructionVerdict, number).readonly(),
    tests: z
      .array(
        z
          .object({
            test: text,
            verdict: instructionVerdict,
            baseline: z.array(number).readonly().optional(),
            patched: z.array(number).readonly().optional(),
            change: z.object(instructionRatio).readonly().optional(),
            rounds: optionalNumber,
            defaultRounds: optionalNumber,
            operations: optionalNumber,
            uncalibrated: flag.optional(),
            declared: z.enum(['faster', 'slower']).optional(),
            note: optionalText,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();

const fileSize = z
  .object({ file: number, stripped: optionalNumber, text: number, data: number, bss: number })
  .readonly();
const sizePairs = z
  .array(z.object({ name: text, baseline: optionalNumber, patched: optionalNumber }).readonly())
  .readonly();

export const sizeSchema = z
  .object({
    schemaVersion: z.literal(1),
    files: z.array(z.object({ name: text, baseline: fileSize, patched: fileSize }).readonly()).readonly(),
    sections: sizePairs,
    modules: z
      .object({
        count: z.object({ baseline: number, patched: number }).readonly(),
        baseline: fileSize,
        patched: fileSize,
        changed: sizePairs,
      })
      .readonly()
      .optional(),
    symbols: z
      .array(
        z
          .object({
            name: text,
            kind: z.enum(['code', 'constant', 'data', 'zeroed', 'other']),
            change: z.enum(['added', 'removed', 'resized']),
            baseline: number,
            patched: number,
            symbols: z.object({ baseline: number, patched: number }).readonly().optional(),
          })
          .readonly(),
      )
      .readonly()
      .optional(),
    method: text,
    problems: texts,
  })
  .readonly();

/** Checked by the schema of the samples file, where it comes from. */
export const sampleHeader = z.custom<SampleHeader>((line) => {
  const parsed = sampleLineSchema.safeParse(line);
  return parsed.success && parsed.data.type === 'header';
}, 'not the header of a samples file');

const target = z
  .object({
    target: text,
    title: text,
    builds: z.array(z.object({ variant, hit: flag, build: buildSchema }).readonly()).readonly(),
    conditionsDiffer: texts,
    buildFailure: z.array(diagnosticSchema).readonly().optional(),
    tests: cpythonTestsSchema.optional(),
    speed: speedSchema.optional(),
    speedSkipped: optionalText,
    bench: z.object({ header: sampleHeader, samples: text }).readonly().optional(),
    growth: growthSchema.optional(),
    memory: memorySchema.optional(),
    instructions: instructionsSchema.optional(),
    instructionsSkipped: optionalText,
    size: sizeSchema.optional(),
    sizeSkipped: optionalText,
    ports: z.array(runPatch).readonly().optional(),
    toolchain: optionalText,
    elsewhere: optionalText,
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

export const runRecordSchema = z
  .object({
    schemaVersion: z.literal(1),
    id: text,
    forkwright: text,
    startedAt: text,
    finishedAt: optionalText,
    state: z.enum(['running', 'finished', 'stopped', 'failed']),
    commandLine: texts,
    checkout: z.object({ root: text, pythonVersion: text, flavour, base: baseId, localChanges: texts }).readonly(),
    machine: machineSchema,
    patches: z.array(runPatch).readonly(),
    targets: z.array(target).readonly(),
    verdict: z.object({ ok: flag, lines: texts }).readonly(),
    timingsMs: z.record(text, number).readonly(),
  })
  .readonly();
