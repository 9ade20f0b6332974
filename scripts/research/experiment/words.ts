import type { TestRow } from '../../../src/bench/types.ts';
import { change, count, integer, interval } from '../../../src/document/format.ts';
import { VERDICT_ORDER, VERDICTS, WITHIN_NOISE } from '../../../src/document/types.ts';
import { isWithinNoise } from '../../../src/report/speed-verdict.ts';
import type { Extract } from './extract.ts';

/** Beside a change: what our verdict on it is. */
export const symbol = (row: TestRow): string => (isWithinNoise(row) ? '≈' : VERDICTS[row.verdict].symbol);

/** What the symbols mean. */
export const LEGEND = `▲ slower, ▼ faster, ○ no change, ≈ ${WITHIN_NOISE} (beyond 1%, and no more than the control shows), ◇ inconclusive`;

/** `7 slower, 31 no change, 19 inconclusive` */
export function counts({ counts: of, tests }: Pick<Extract['speed'], 'counts' | 'tests'>): string {
  const noise = tests.filter(isWithinNoise).length;
  return VERDICT_ORDER.filter((verdict) => of[verdict] > 0)
    .map((verdict) => {
      if (verdict !== 'no-change' || noise === 0) return `${integer(of[verdict])} ${VERDICTS[verdict].word}`;
      return `${integer(of[verdict] - noise)} ${VERDICTS[verdict].word}, ${count(noise, WITHIN_NOISE, WITHIN_NOISE)}`;
    })
    .join(', ');
}

/** A test's time with its verdict and interval. */
export function timed(extract: Extract, test: string): string {
  const row = extract.speed.tests.find((own) => own.test === test);
  if (row === undefined) return '–';
  return row.estimate === undefined
    ? VERDICTS[row.verdict].word
    : `${symbol(row)} ${change(row.estimate.ratio, 1)} ${interval(row.estimate)}`;
}

/** A test's change of instructions. */
export function counted({ instructions }: Extract, test: string): string {
  const row = instructions?.tests.find((own) => own.test === test);
  if (row?.change === undefined) return '–';
  return row.verdict === 'layout' ? `${change(row.change.ratio)} (by layout)` : change(row.change.ratio);
}
