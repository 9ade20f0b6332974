import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { change, duration, integer, interval, percent } from '../../../src/document/format.ts';
import type { SelfTestRecord } from '../../../src/run/self-test-record.ts';
import { table } from './markdown.ts';

const number = z.number();

/** What the page says of a self-test. */
const selfTestExtract = z.object({
  schemaVersion: z.literal(1),
  python: z.string(),
  startedAt: z.string(),
  pairs: number,
  runs: z.array(
    z.object({
      planted: number,
      tests: number,
      flagged: number,
      mean: z.object({ ratio: number, low: number, high: number }).optional(),
      measuringMs: number,
      load: z.tuple([number, number]).readonly(),
    }),
  ),
});

export type SelfTestExtract = z.infer<typeof selfTestExtract>;

export function readSelfTestExtract(file: string): SelfTestExtract {
  return selfTestExtract.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export function selfTestExtractOf(record: SelfTestRecord): SelfTestExtract {
  return {
    schemaVersion: 1,
    python: record.python.version,
    startedAt: record.startedAt,
    pairs: record.settings.pairs,
    runs: record.result.runs.map((run) => ({
      planted: run.planted,
      tests: run.tests,
      flagged: run.flagged.length,
      mean: run.comparison.geometricMean,
      measuringMs: run.measuringMs,
      load: run.load,
    })),
  };
}

/** What `bench --self-test` found: one interpreter against itself, and slowed down on purpose. */
export function selfTest({ python, pairs, runs }: SelfTestExtract): string[] {
  const identical = runs.filter(({ planted }) => planted === 0);
  const flagged = identical.reduce((sum, run) => sum + run.flagged, 0);
  const tests = identical.reduce((sum, run) => sum + run.tests, 0);
  const rows = runs.map(({ planted, tests: all, flagged: found, mean, measuringMs, load }) => [
    planted === 0 ? 'nothing' : `${percent(planted)} slower`,
    `${integer(found)} of ${integer(all)}`,
    mean === undefined ? '–' : `${change(mean.ratio)} ${interval(mean)}`,
    duration(measuringMs),
    `${load[0].toFixed(1)} – ${load[1].toFixed(1)}`,
  ]);
  return [
    `\`forkwright bench --self-test\` measured ${python} against itself ${integer(identical.length)} times with ${integer(pairs)} pairs, and with slowdowns planted: of ${integer(tests)} tests of which nothing was changed, ${integer(flagged)} ${flagged === 1 ? 'was' : 'were'} called changed.`,
    table(
      ['what was changed', 'tests called changed', 'geometric mean, 95% interval', 'measuring', 'load'],
      rows,
      'right',
    ),
  ];
}
