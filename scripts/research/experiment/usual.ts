import { USUAL_LEVEL } from '../../../src/bench/comparison/usual-methods.ts';
import { integer, percent } from '../../../src/document/format.ts';
import { usualCounts } from '../../../src/report/speed-verdict.ts';
import type { Extract } from './extract.ts';
import { table } from './markdown.ts';

/** What a reader of pybench's table takes for a change. */
const SEEN = 0.01;

const differing = ({ speed }: Extract) =>
  (speed.usual ?? []).filter(({ minimumDifference }) => Math.abs(minimumDifference) > SEEN).length;

/** Tests called changed by pybench's own table and by a pooled t test, of the very same samples. */
export function usual(extracts: readonly Extract[]): string[] {
  const rows = extracts.flatMap((extract) => {
    const counts = usualCounts(extract.speed);
    if (counts === undefined) return [];
    const of = (n: number) => `${integer(n)} of ${integer(counts.tests)}`;
    return [[extract.python, of(counts.pooledT), of(differing(extract)), of(counts.ours)]];
  });
  if (rows.length === 0) return ['These runs did not keep it.'];
  return [
    'Of the same samples: how many tests are called changed.',
    table(
      [
        '',
        `t test over all blocks, p < ${percent(USUAL_LEVEL)}`,
        `pybench’s table: minima that differ by more than ${percent(SEEN)}`,
        'here',
      ],
      rows,
    ),
    'The blocks were measured in turns (ABBA); in the usual order, AAAA…BBBB, these methods call 73% of identical tests changed ([measuring.md](measuring.md#what-the-usual-ways-would-say)).',
  ];
}
