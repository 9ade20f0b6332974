import { USUAL_LEVEL } from '../bench/comparison/usual-methods.ts';
import { FEWEST_FOR_INTERVAL, LEAST_CHANGE, overallSpeed, wholeThreshold } from '../bench/comparison/verdict.ts';
import type { SpeedComparison, TestRow } from '../bench/types.ts';
import { between, change, count, integer, list, percent, probability } from '../document/format.ts';
import { details, table, text, verdict } from '../document/say.ts';
import { type Block, type Cell, right, VERDICT_ORDER, VERDICTS, WITHIN_NOISE } from '../document/types.ts';

/** Under six pairs no interval covers 95%, so the whole gets no verdict (as {@link judge} has it for single tests). */
export const FEWEST_PAIRS = FEWEST_FOR_INTERVAL;

export { overallSpeed, wholeThreshold };

/** A change that would count on a quieter machine, and is no larger than what the control shows for no reason at all. */
export function isWithinNoise({ verdict, estimate }: Pick<TestRow, 'verdict' | 'estimate'>): boolean {
  if (verdict !== 'no-change' || estimate === undefined) return false;
  return estimate.low > 1 + LEAST_CHANGE || estimate.high < 1 / (1 + LEAST_CHANGE);
}

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

/**
 * Gain and loss in one line: `+0.41% time overall (no change beyond 1.2%); 5 of 58 tests slower, worst TryFinally +5.7%; not
 * declared: WithFinally +4.2%`. Tests that are not declared are named where the change declares any.
 */
export function speedTogether(speed: SpeedComparison): string {
  const { geometricMean: mean, tests } = speed;
  const said = (row: TestRow) => `${row.test} ${change(row.estimate?.ratio ?? 1, 1)}`;
  const of = (way: 'slower' | 'faster') => tests.filter(({ verdict }) => verdict === way).sort(byDistance);
  const counted = (['slower', 'faster'] as const).flatMap((way) => {
    const [most] = of(way);
    if (most === undefined) return [];
    const all = `${integer(of(way).length)} of ${count(tests.length, 'test')} ${way}`;
    return `${all}, ${of(way).length === 1 ? '' : way === 'slower' ? 'worst ' : 'best '}${said(most)}`;
  });
  const isDeclared = tests.some(({ declared }) => declared !== undefined);
  const surprising = isDeclared ? of('slower').filter(({ declared }) => declared !== 'slower') : [];
  const whole =
    mean === undefined ? speedInShort(speed) : `${change(mean.ratio)} time overall (${speedInShort(speed)})`;
  return [
    whole,
    ...counted,
    ...(surprising.length === 0 ? [] : [`not declared: ${list(surprising.map(said), 3)}`]),
  ].join('; ');
}

const byDistance = (a: TestRow, b: TestRow): number =>
  Math.abs(Math.log(b.estimate?.ratio ?? 1)) - Math.abs(Math.log(a.estimate?.ratio ?? 1));

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

/**
 * What the usual methods would have said of the same samples, in counts of tests.
 * @returns `undefined` for comparisons of before the usual methods were kept.
 */
export function usualCounts(speed: SpeedComparison) {
  const { usual, threshold, counts } = speed;
  if (usual === undefined || usual.length === 0) return undefined;
  return {
    tests: usual.length,
    /** With p under 5% in a t test over all blocks. */
    pooledT: usual.filter(({ pooledT }) => pooledT < USUAL_LEVEL).length,
    /** Whose minima differ by more than `threshold`: what a reader of pybench's table takes for a change. */
    minimum: usual.filter(({ minimumDifference }) => Math.abs(minimumDifference) > threshold).length,
    threshold,
    /** Those that we call faster or slower. */
    ours: counts.faster + counts.slower,
  };
}

/** Our verdicts beside what pybench's own comparison and a pooled t test say of the same samples; folded away. */
export function usualBlocks(speed: SpeedComparison): Block[] {
  const counts = usualCounts(speed);
  if (counts === undefined || speed.usual === undefined) return [];
  const ours = new Map(speed.tests.map((row) => [row.test, row]));
  const rows = speed.usual
    .filter(({ test, pooledT, minimumDifference }) => {
      const changed = ['faster', 'slower'].includes(ours.get(test)?.verdict ?? '');
      return changed || pooledT < USUAL_LEVEL || Math.abs(minimumDifference) > counts.threshold;
    })
    .sort((a, b) => Math.abs(b.minimumDifference) - Math.abs(a.minimumDifference))
    .map(({ test, pooledT, minimumDifference }): Cell[] => {
      const row = ours.get(test);
      return [
        test,
        change(1 + minimumDifference, 1),
        probability(pooledT),
        row === undefined ? '' : verdict(VERDICTS[row.verdict]),
      ];
    });
  return details(
    `What the usual comparisons would have said: ${integer(counts.pooledT)} of ${count(counts.tests, 'test')} changed, instead of ${integer(counts.ours)}`,
    [
      text(
        `Of the same samples, a t test that takes every block for a sample of its own (as the usual runners do) calls ${integer(counts.pooledT)} of ${count(counts.tests, 'test')} changed at ${percent(USUAL_LEVEL)}; pybench’s own table shows minima that differ by more than ${percent(counts.threshold)} for ${integer(counts.minimum)}. Here ${integer(counts.ours)} are called faster or slower: blocks of one process resemble each other, so the process is the sample.`,
      ),
      rows.length > 0 &&
        table(
          'Tests that any of the three calls changed',
          ['test', right('pybench: minimum'), right('pooled t: p'), 'here'],
          rows,
        ),
    ],
  );
}
