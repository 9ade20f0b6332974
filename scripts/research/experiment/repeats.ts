import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { change, dateTime, integer, interval, percent } from '../../../src/document/format.ts';
import { pybenchTotals } from '../../../src/report/pybench.ts';
import { settings } from './durations.ts';
import type { Extract } from './extract.ts';
import { table } from './markdown.ts';
import { counts } from './words.ts';

const text = z.string();
const number = z.number();
const estimate = z.object({ ratio: number, low: number, high: number }).optional();

/** What the page says of a run that was made beside those that it compares. */
const repeatSchema = z.object({
  python: text,
  startedAt: text,
  settings: text,
  otherLinkOrder: z.boolean(),
  load: number,
  cpuShare: number,
  minimum: number,
  mean: estimate,
  controlMean: estimate,
  threshold: number,
  counts: text,
});

export type Repeat = z.infer<typeof repeatSchema>;

export const readRepeats = (file: string): readonly Repeat[] =>
  z.array(repeatSchema).parse(JSON.parse(readFileSync(file, 'utf8')));

/** The short form of a run's extract. */
export function repeatOf(extract: Extract): Repeat {
  const { speed, header, builds } = extract;
  const { minThis, minOther } = pybenchTotals(speed, header);
  return {
    python: extract.python,
    startedAt: extract.startedAt,
    settings: settings(extract),
    otherLinkOrder: builds.some(({ linkOrder }) => linkOrder !== undefined),
    load: extract.machine.loadAverage[0] ?? 0,
    cpuShare: extract.cpuShare,
    minimum: minThis / minOther,
    mean: speed.geometricMean,
    controlMean: speed.controlMean,
    threshold: speed.threshold,
    counts: counts(speed),
  };
}

/** All runs, in the order of time: how far does the whole repeat? */
export function again(extracts: readonly Extract[], repeats: readonly Repeat[]): string[] {
  const all = [...extracts.map(repeatOf), ...repeats].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const of = (mean: Repeat['mean']) => (mean === undefined ? '–' : `${change(mean.ratio)} ${interval(mean)}`);
  const rows = all.map((run) => [
    run.python,
    dateTime(run.startedAt),
    `${run.settings}${run.otherLinkOrder ? ' linked otherwise' : ''}`,
    `${run.load.toFixed(1)}, ${integer(run.cpuShare * 100)}%`,
    change(run.minimum, 1),
    of(run.mean),
    of(run.controlMean),
    percent(run.threshold),
    run.counts,
  ]);
  const head = [
    '',
    'started',
    'settings',
    'load, CPU left',
    'minima',
    'geometric mean',
    'control',
    'threshold',
    'verdicts',
  ];
  return ['Every finished run that was made for this page, whatever came out:', table(head, rows)];
}
