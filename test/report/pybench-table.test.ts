import { expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison/compare.ts';
import type { SampleLine } from '../../src/bench/types.ts';
import { pybenchTable } from '../../src/report/pybench.ts';
import { syntheticHeader } from '../bench/synthetic.ts';

const ROW =
  /^\s*(\w+):\s+(\d+)ms\s+(\d+)ms\s+([+-]\s*\d+\.\d%|n\/a|)\s+(\d+)ms\s+(\d+)ms\s+([+-]\s*\d+\.\d%|n\/a|)\s*$/;

/** Two pairs with round figures: blocks of 100 loops; pybench's own rounds at warp 10 are 10,000. */
function lines(tests: Readonly<Record<string, readonly [number, number]>>, more: readonly SampleLine[] = []) {
  const header = syntheticHeader([...Object.keys(tests), 'Gone'], 2);
  const all: SampleLine[] = [header, ...more];
  for (const pair of [1, 2]) {
    for (const [test, times] of Object.entries(tests)) {
      for (const [index, variant] of (['baseline', 'patched'] as const).entries()) {
        const cpu = [(times[index] ?? 0) / 1e6, ((times[index] ?? 0) * 2) / 1e6];
        const rest = { position: 1, order: 'ABBA', cpu, wall: cpu, overheadCpu: 0, overheadWall: 0, operations: 1 };
        all.push({ type: 'sample', pair, variant, test, ...rest });
      }
    }
    all.push({ type: 'pair-done', pair, hashSeed: pair });
  }
  return { header, all };
}

test('is the table that pybench prints, in the times of its own rounds', () => {
  const { header, all } = lines({ CompareFloats: [500, 501], NestedForLoops: [1200, 1080], TryExcept: [100, 100] });
  expect(pybenchTable(compare(all), header).join('\n')).toMatchInlineSnapshot(`
    "-------------------------------------------------------------------------------
    Comparing with: baseline
    -------------------------------------------------------------------------------

        Rounds: 2
        Warp:   10
        Timer:  cpu
        Not run: Gone

        Python:
           Implementation: n/a
           Version:        2.7.18

    Test                             minimum run-time        average  run-time
                                     this    other   diff    this    other   diff
    -------------------------------------------------------------------------------
                     CompareFloats:    50ms    50ms   +0.2%    75ms    75ms   +0.2%
                    NestedForLoops:   108ms   120ms  -10.0%   162ms   180ms  -10.0%
                         TryExcept:    10ms    10ms   +0.0%    15ms    15ms   +0.0%
    -------------------------------------------------------------------------------
    Totals:                           168ms   180ms   -6.6%   252ms   270ms   -6.6%

    (this=patched, other=baseline)"
  `);
});

test('every line of the table is in the grammar of those who read it', () => {
  const { header, all } = lines({ A: [500, 501], B: [12_000_000, 10_000_000] });
  const table = pybenchTable(compare(all), header);
  const rules = table.flatMap((line, index) => (/^-+$/.test(line) ? [index] : []));
  const body = table.slice((rules[2] ?? 0) + 1, rules[3]);
  expect(body).toHaveLength(2);
  for (const line of [...body, table[(rules[3] ?? 0) + 1] ?? '']) expect(line).toMatch(ROW);
  expect(table.at(-1)).toMatch(/^\(this=(.*), other=(.*)\)$/);
  expect(table.find((line) => line.includes('Not run'))).toBe('    Not run: Gone');
});

test('a test that ran on one side only has n/a, and the totals with it', () => {
  const { header, all } = lines({ A: [500, 501] });
  const samples = all.filter((line) => line.type !== 'sample' || line.variant === 'baseline');
  const table = pybenchTable(compare(samples), header);
  expect(table.find((line) => line.includes(' A:'))).toMatch(/ 0ms +50ms +n\/a +0ms +75ms +n\/a$/);
  expect(table.find((line) => line.startsWith('Totals'))).toMatch(/n\/a.*n\/a$/);
});
