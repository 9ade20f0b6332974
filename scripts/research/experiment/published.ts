import { readFileSync } from 'node:fs';
import { change } from '../../../src/document/format.ts';

/** One line of the published pybench table: milliseconds and per cent, *this* without the zombie frame. */
export interface PublishedRow {
  readonly test: string;
  readonly minThis: number;
  readonly minOther: number;
  /** Fractions, as printed: `+0.3` is 0.003. */
  readonly minDiff: number;
  readonly avgThis: number;
  readonly avgOther: number;
  readonly avgDiff: number;
}

export interface Published {
  readonly tests: readonly PublishedRow[];
  readonly totals: PublishedRow;
}

/** As pybench prints it: what rounds to nothing keeps its sign. */
export const signedZero = (fraction: number): string => (Object.is(fraction, -0) ? '−0.0%' : change(1 + fraction, 1));

/** Reads published.csv. @throws Error for a line that is not what it should be: the file is ours. */
export function readPublished(file: string): Published {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(1)
    .map(row);
  const totals = rows.find(({ test }) => test === 'Totals');
  if (totals === undefined) throw new Error(`${file} has no line of totals`);
  return { tests: rows.filter((own) => own !== totals), totals };
}

function row(line: string): PublishedRow {
  const [test, ...cells] = line.split(',');
  const [minThis, minOther, minDiff, avgThis, avgOther, avgDiff] = cells.map(Number);
  const all = [minThis, minOther, minDiff, avgThis, avgOther, avgDiff];
  if (test === undefined || cells.length !== 6 || all.some((n) => !Number.isFinite(n))) throw new Error(`bad: ${line}`);
  const [a, b, c, d, e, f] = all as number[] as [number, number, number, number, number, number];
  return { test, minThis: a, minOther: b, minDiff: c / 100, avgThis: d, avgOther: e, avgDiff: f / 100 };
}
