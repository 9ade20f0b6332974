import { USUAL_LEVEL } from '../bench/comparison/usual-methods.ts';
import type { SpeedComparison } from '../bench/types.ts';
import { change, count, integer, percent, probability } from '../document/format.ts';
import { details, table, text, verdict } from '../document/say.ts';
import { type Block, type Cell, right, VERDICTS } from '../document/types.ts';

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
