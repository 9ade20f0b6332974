import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { cpythonTestsSchema, speedSchema } from '../../../src/bench/types.ts';
import { writeFileAtomic } from '../../../src/system/files.ts';

const text = z.string();
const number = z.number();
const sides = z.tuple([number, number]);

/** What every recipe that is for its version yields on a release. */
const generatedSchema = z.object({
  at: text,
  recipes: z.array(z.object({ recipe: text, verdict: text, why: text.optional() })),
});

/** `generate --verify` with the recipes that apply. A way is a file with its macros, as the compiler takes them. */
const compiledSchema = z.object({
  at: text,
  compiler: text,
  /** The release that configure ran on, where it is another one with the same pyconfig.h.in. */
  configured: text.optional(),
  /** It could not be looked at. */
  failed: text.optional(),
  recipes: z.array(text),
  files: number,
  fine: number,
  worse: z.array(z.object({ way: text, why: text })),
  /** What does not compile so without the patch either. */
  notCheckable: z.array(text),
});

/** What of `forkwright run` the page tells. */
const measuredSchema = z.object({
  at: text,
  recipe: text,
  /** What it ended with, where it came to no record. */
  failed: text.optional(),
  cpu: text.optional(),
  cores: number.optional(),
  loadAverage: z.array(number).optional(),
  compiler: text.optional(),
  quirks: z.array(text).optional(),
  missingModules: z.array(text).optional(),
  buildMs: z.array(number).optional(),
  verdict: z.object({ ok: z.boolean(), lines: z.array(text) }).optional(),
  tests: cpythonTestsSchema.optional(),
  /** Live bytes of baseline and patched interpreter, once started. */
  startup: sides.optional(),
  speed: speedSchema.unwrap().omit({ tests: true, usual: true }).optional(),
});

const recordSchema = z.object({
  ref: text,
  python: text,
  /** Which clone it was read from. */
  clone: text,
  generated: generatedSchema.optional(),
  compiled: compiledSchema.optional(),
  measured: measuredSchema.optional(),
});

export type VersionRecord = z.infer<typeof recordSchema>;
export type Generated = z.infer<typeof generatedSchema>;
export type Compiled = z.infer<typeof compiledSchema>;
export type Measured = z.infer<typeof measuredSchema>;

/** A line a release. @throws Error when a line is no record. */
export function readRecords(file: string): VersionRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => recordSchema.parse(JSON.parse(line)));
}

/** In the order of versions, so that a difference shows what was done. */
export async function writeRecords(file: string, records: readonly VersionRecord[]): Promise<void> {
  const short = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
  const sorted = [...records].sort((a, b) => a.ref.localeCompare(b.ref, 'en', { numeric: true }));
  await writeFileAtomic(file, sorted.map((record) => `${JSON.stringify(record, short)}\n`).join(''));
}

/** What was said, without folders of the machine that measured: of a path from the root the last name is kept. */
export const withoutFolders = (said: string): string =>
  said.replace(/(?<![\w.])(?:file:\/\/)?\/(?:[\w.+~@-]+\/)+([\w.+~@-]*)/g, '…/$1');
