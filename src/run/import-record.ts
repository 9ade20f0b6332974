import path from 'node:path';
import { z } from 'zod';
import { benchmarkSchema, importedComparisonSchema, pyperfComparisonSchema } from '../bench/import/types.ts';
import { sampleHeaderSchema } from '../bench/samples/schema.ts';
import { speedSchema } from '../bench/types.ts';
import { readJson } from '../system/files.ts';
import { list, struct, text } from '../system/schema.ts';

/** `import.json`: results that were brought here, and what can be said of them. */
export const importRecordSchema = struct({
  schemaVersion: z.literal(1),
  id: text,
  forkwright: text,
  importedAt: text,
  commandLine: list(text),
  /** Two stock benchmarks side by side: no interval, no verdict. */
  comparisons: list(importedComparisonSchema),
  /** Stock benchmarks that nothing was given to compare with. */
  alone: list(benchmarkSchema),
  /** Files of pyperf, alone or two side by side. */
  pyperf: list(pyperfComparisonSchema).default([]),
  /** Samples of ours: judged as if they had been measured here. */
  samples: list(struct({ source: text, torn: z.boolean(), header: sampleHeaderSchema, speed: speedSchema })),
});

export type ImportRecord = z.infer<typeof importRecordSchema>;

export const importFile = (dir: string): string => path.join(dir, 'import.json');

/** @returns `undefined` when the folder holds no imported results. @throws UserError when the record was damaged. */
export function readImport(dir: string): Promise<ImportRecord | undefined> {
  return readJson(importFile(dir), importRecordSchema, 'the record of imported results');
}
