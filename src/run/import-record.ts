import path from 'node:path';
import { z } from 'zod';
import { readJson } from '../system/files.ts';
import { sampleHeader, speedSchema } from './schema.ts';

const text = z.string();
const number = z.number();
const optionalNumber = number.optional();
const optionalText = text.optional();

const described = {
  source: text,
  form: z.enum(['pybench-text', 'pybench-pickle']),
  version: optionalText,
  rounds: optionalNumber,
  warp: optionalNumber,
  timer: optionalText,
  pythonVersion: optionalText,
  implementation: optionalText,
  compiler: optionalText,
  build: optionalText,
  executable: optionalText,
  platform: optionalText,
  stepMs: optionalNumber,
};

const row = z
  .object({
    test: text,
    minBaselineMs: optionalNumber,
    minPatchedMs: optionalNumber,
    minDifference: optionalNumber,
    avgBaselineMs: optionalNumber,
    avgPatchedMs: optionalNumber,
    avgDifference: optionalNumber,
    note: optionalText,
  })
  .readonly();

const test = z
  .object({
    test: text,
    minMs: number,
    avgMs: number,
    rounds: optionalNumber,
    operations: optionalNumber,
    version: optionalNumber,
  })
  .readonly();

/** `import.json`: results that were brought here, and what can be said of them. */
export const importRecordSchema = z
  .object({
    schemaVersion: z.literal(1),
    id: text,
    forkwright: text,
    importedAt: text,
    commandLine: z.array(text).readonly(),
    /** Two stock benchmarks side by side: no interval, no verdict. */
    comparisons: z
      .array(
        z
          .object({
            baseline: z.object(described).readonly(),
            patched: z.object(described).readonly(),
            rows: z.array(row).readonly(),
            totals: row.optional(),
            geometricMean: optionalNumber,
            conditionsDiffer: z.array(text).readonly(),
          })
          .readonly(),
      )
      .readonly(),
    /** Stock benchmarks that nothing was given to compare with. */
    alone: z.array(z.object({ ...described, tests: z.array(test).readonly() }).readonly()).readonly(),
    /** Samples of ours: judged as if they had been measured here. */
    samples: z
      .array(z.object({ source: text, torn: z.boolean(), header: sampleHeader, speed: speedSchema }).readonly())
      .readonly(),
  })
  .readonly();

export type ImportRecord = z.infer<typeof importRecordSchema>;

export const importFile = (dir: string): string => path.join(dir, 'import.json');

/** @returns `undefined` when the folder holds no imported results. @throws UserError when the record was damaged. */
export function readImport(dir: string): Promise<ImportRecord | undefined> {
  return readJson(importFile(dir), importRecordSchema, 'the record of imported results');
}
