import { LEAST_CHANGE } from '../bench/comparison/compare.ts';
import { overallSpeed, wholeThreshold } from '../bench/comparison/overall.ts';
import { FEWEST_FOR_INTERVAL } from '../bench/comparison/verdict.ts';
import type { SpeedComparison, TestRow } from '../bench/types.ts';
import { between, change, count, integer, percent } from '../document/format.ts';
import { VERDICT_ORDER, VERDICTS, WITHIN_NOISE } from '../document/types.ts';

/** Under six pairs no interval covers 95%, so the whole gets no verdict (as {@link judge} has it for single tests). */
export const FEWEST_PAIRS = FEWEST_FOR_INTERVAL;

export { overallSpeed, wholeThreshold };

/** A change that would count on a quieter machine, and is no larger than what the control shows for no reason at all. */
export function isWithinNoise({ verdict, estimate }: Pick<TestRow, 'verdict' | 'estimate'>): boolean {
  if (verdict !== 'no-change' || estimate === undefined) return false;
  return estimate.low > 1 + LEAST_CHANGE || estimate.high < 1 / (1 + LEAST_CHANGE);
}

/** A row's verdict for a reader. */
export function verdictWord(row: Pick<TestRow, 'verdict' | 'estimate'>): string {
  return isWithinNoise(row) ? WITHIN_NOISE : VERDICTS[row.verdict].word;
}

/** In a few words: `no change beyond 1%`, `2.3% slower`. */
export function speedInShort(speed: SpeedComparison): string {
  const overall = overallSpeed(speed);
  const mean = speed.geometricMean;
  if (overall === undefined || mean === undefined) return 'could not be compared';
  if (overall === 'no-change') return `no change beyond ${percent(wholeThreshold(speed))}`;
  if (overall === 'inconclusive') return 'inconclusive';
  return `${percent(Math.abs(mean.ratio - 1))} ${overall}`;
}

/** The numbers behind it, in plain sentences. */
export function speedSentences(speed: SpeedComparison): string[] {
  const { geometricMean: mean, counts, pairs, pairsPlanned } = speed;
  const sentences: string[] = [];
  if (mean !== undefined) {
    const sure =
      pairs < FEWEST_PAIRS
        ? `from ${count(pairs, 'pair')} of processes: too few for an interval`
        : `95% sure ${between(mean)}`;
    sentences.push(`${change(mean.ratio)} time over all tests (geometric mean; + is slower), ${sure}.`);
  }
  const all = VERDICT_ORDER.reduce((sum, verdict) => sum + counts[verdict], 0);
  const told = VERDICT_ORDER.filter((v) => counts[v] > 0 || v === 'slower' || v === 'faster');
  const noise = speed.tests.filter(isWithinNoise).length;
  const parts = told.flatMap((verdict) => {
    if (verdict !== 'no-change' || noise === 0) return [`${integer(counts[verdict])} ${VERDICTS[verdict].word}`];
    return [`${integer(counts[verdict] - noise)} ${VERDICTS[verdict].word}`, `${integer(noise)} ${WITHIN_NOISE}`];
  });
  sentences.push(`${count(all, 'test')}: ${parts.join(', ')}.`);
  if (pairs < pairsPlanned) {
    sentences.push(`Only ${integer(pairs)} of ${integer(pairsPlanned)} pairs of processes were measured.`);
  }
  return sentences;
}

/** Said at every table of speed. */
export const SIGN_CONVENTION = 'Change of time, patched against baseline: + means slower, − means faster.';
