import path from 'node:path';
import { z } from 'zod';
import { benchSettingsSchema, pybenchPinSchema } from '../bench/samples/schema.ts';
import { selfTestResultSchema } from '../bench/types.ts';
import { UserError } from '../system/diagnostic.ts';
import { readJson } from '../system/files.ts';
import { list, number, struct, text } from '../system/schema.ts';
import { machineSchema } from './types.ts';

export const disturbanceSchema = struct({ id: text, state: text, disturbs: z.boolean(), effect: text, advice: text });

/** `self-test.json`: an interpreter against itself, and what the measuring found though there was nothing, or a known slowdown. */
export const selfTestRecordSchema = struct({
  schemaVersion: z.literal(1),
  id: text,
  forkwright: text,
  startedAt: text,
  finishedAt: text.optional(),
  state: z.enum(['running', 'finished', 'stopped']),
  commandLine: list(text),
  python: struct({
    version: text,
    command: list(text),
    env: z.record(text, text).readonly(),
    buildKey: text,
    /** Where it came from: a run's baseline, a checkout, a program. */
    origin: text,
  }),
  pybench: struct({ ...pybenchPinSchema.unwrap().shape, folder: text }).optional(),
  /** What is measured in place of pybench: as a request keeps `--suite`, and the folder of its pyperformance. */
  suite: z.union([text, list(text)]).optional(),
  pyperformance: text.optional(),
  settings: benchSettingsSchema,
  repetitions: number,
  /** How many copies were compared with the baseline in one session; absent: one. */
  copies: number.optional(),
  planted: list(number),
  machine: machineSchema,
  disturbances: list(disturbanceSchema),
  result: selfTestResultSchema,
});

export type SelfTestRecord = z.infer<typeof selfTestRecordSchema>;

export const selfTestFile = (dir: string): string => path.join(dir, 'self-test.json');

/** @returns `undefined` when the folder holds no self-test. @throws UserError when its record was damaged. */
export function readSelfTest(dir: string): Promise<SelfTestRecord | undefined> {
  return readJson(selfTestFile(dir), selfTestRecordSchema, 'the self-test’s record');
}

/**
 * How many tests may be called changed though nothing is: of ten repetitions one test in all. A procedure that holds its
 * false discovery rate at 5% flags something in one of twenty identical suites.
 */
export function allowedFalseAlarms(repetitions: number): number {
  return Math.max(1, Math.ceil(repetitions / 10));
}

/** Copies that were measured together are judged as one family: they are one repetition. */
export const sessionsOf = (runs: SelfTestRecord['result']['runs']): number =>
  new Set(runs.map(({ samples }) => samples)).size;

/** The promises that a self-test can break, in words; empty when all are kept. */
export function brokenPromises({ result }: Pick<SelfTestRecord, 'result'>): readonly string[] {
  const identical = result.runs.filter(({ planted }) => planted === 0);
  const flagged = identical.reduce((sum, run) => sum + run.flagged.length, 0);
  const allowed = allowedFalseAlarms(sessionsOf(identical));
  if (flagged <= allowed) return [];
  return [`${flagged} tests were called changed though nothing was, and at most ${allowed} may be`];
}

/** @throws UserError for percentages that cannot be planted. */
export function parsePlanted(texts: readonly string[]): number[] {
  return texts.map((one) => {
    const size = /^\d{1,3}(\.\d+)?%?$/.test(one) ? Number(one.replace('%', '')) / 100 : Number.NaN;
    if (size > 0 && size <= 5) return Number(size.toFixed(6));
    throw new UserError({
      code: 'bench/bad-plant',
      message: `"${one}" is not a slowdown that can be planted`,
      hint: 'name per cents above 0, separated by commas: --plant 2,5,10',
    });
  });
}
