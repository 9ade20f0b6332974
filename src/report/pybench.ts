import type { RunRecord } from '../run/types.ts';
import { pybenchTable } from './pybench-table.ts';

/**
 * The classic table of pybench for each target that has samples, for those who read it for twenty years.
 * @returns the empty string when no target was measured.
 */
export function renderPybench(record: RunRecord): string {
  const tables = record.targets.flatMap(({ target, speed, bench }) => {
    if (speed?.pybench === undefined || bench === undefined) return [];
    const heading = record.targets.length > 1 ? [`Target: ${target}`, ''] : [];
    return [`${[...heading, ...pybenchTable(speed, bench.header)].join('\n')}\n`];
  });
  return tables.join('\n');
}
