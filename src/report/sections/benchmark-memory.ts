import type { MemoryRow, SpeedComparison } from '../../bench/types.ts';
import { bytesRounded, change, count, interval } from '../../document/format.ts';
import { details, table } from '../../document/say.ts';
import { type Block, type Cell, right } from '../../document/types.ts';

const WHAT = {
  peakRssBytes: 'Peak resident memory of each benchmark’s process',
  pssBytes: 'Proportional set size after a block',
} as const;

/** The memory of benchmarks in processes of their own: what changed first, everything else folded away. */
export function benchmarkMemory({ memory = [] }: SpeedComparison): Block[] {
  return Object.entries(WHAT).flatMap(([measure, caption]) => {
    const rows = memory.filter((row) => row.measure === measure);
    if (rows.length === 0) return [];
    const changed = rows.filter(({ verdict }) => verdict === 'more' || verdict === 'less');
    const summary = `${caption}: ${changed.length === 0 ? 'no change found' : `changed in ${changed.length}`} of ${count(rows.length, 'benchmark')}`;
    const sorted = [...rows].sort((a, b) => size(b) - size(a));
    const columns = [
      'benchmark',
      'verdict',
      right('baseline'),
      right('patched'),
      right('change'),
      right('95% interval'),
    ];
    const note =
      'Of the interpreter, the script and the benchmark together; of a process that it waited for, where that is larger.';
    return details(summary, table(caption, columns, sorted.map(cells), note));
  });
}

const size = ({ estimate }: MemoryRow) => Math.abs(Math.log(estimate.ratio));

const cells = ({ test, verdict, baselineBytes, patchedBytes, estimate, exact }: MemoryRow): Cell[] => [
  test,
  verdict,
  bytesRounded(baselineBytes),
  bytesRounded(patchedBytes),
  change(estimate.ratio),
  exact ? 'exact' : interval(estimate),
];
