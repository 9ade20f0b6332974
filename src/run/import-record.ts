import path from 'node:path';
import { z } from 'zod';
import { benchmarkSchema, importedComparisonSchema } from '../bench/import/types.ts';
import { sampleHeaderSchema } from '../bench/samples/schema.ts';
import { speedSchema } from '../bench/types.ts';
import { readJson } from '../system/files.ts';

const text = z.string();

/** `import.json`: results that were brought here, and what can be said of them. */
export const importRecordSchema = z
  .object({
    schemaVersion: z.literal(1),
    id: text,
    forkwright: text,
    importedAt: text,
    commandLine: z.array(text).readonly(),
    /** Two stock benchmarks side by side: no interval, no verdict. */
    comparisons: z.array(importedComparisonSchema).readonly(),
    /** Stock benchmarks that nothing was given to compare with. */
    alone: z.array(benchmarkSchema).readonly(),
    /** Samples of ours: judged as if they had been measured here. */
    samples: z
      .array(z.object({ source: text, torn: z.boolean(), header: sampleHeaderSchema, speed: speedSchema }).readonly())
      .readonly(),
  })
  .readonly();

export type ImportRecord = z.infer<typeof importRecordSchema>;

export const importFile = (dir: string): string => path.join(dir, 'import.json');

/** @returns `undefined` when the folder holds no imported results. @throws UserError when the record was damaged. */
export function readImport(dir: string): Promise<ImportRecord | undefined> {
  return readJson(importFile(dir), importRecordSchema, 'the record of imported results');
}
