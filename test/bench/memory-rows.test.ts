import { expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison/compare.ts';
import { createRandom } from '../../src/bench/random.ts';
import { benchmarkMemory } from '../../src/report/sections/benchmark-memory.ts';
import { syntheticLines } from './synthetic.ts';

const PAGE = 4096;

/** Forty tests in 20 pairs: the first needs 4% more, the second the same to the byte, the others scatter by some pages. */
function measured(more = 1.04) {
  const random = createRandom(3);
  return syntheticLines({ seed: 2, pairs: 20, tests: 40, process: 0.01, block: 0.01 }).map((line) => {
    if (line.type !== 'sample') return line;
    const exact = line.test === 'Test001';
    const factor = line.test === 'Test000' && line.variant === 'patched' ? more : 1;
    const pages = Math.round(4000 * factor) + (exact ? 0 : random.below(40));
    return { ...line, peakRssBytes: pages * PAGE, pssBytes: pages * PAGE };
  });
}

test('more memory is found by the rules of time, and what only scatters is not', () => {
  const rows = compare(measured()).memory?.filter(({ measure }) => measure === 'peakRssBytes') ?? [];
  expect(rows).toHaveLength(40);
  expect(rows[0]).toMatchObject({ test: 'Test000', verdict: 'more', pairs: 20 });
  expect(rows[0]?.estimate.ratio).toBeCloseTo(1.04, 2);
  expect(rows[1]).toMatchObject({ verdict: 'same', exact: true, baselineBytes: 4000 * PAGE });
  expect(rows.slice(1).filter(({ verdict }) => verdict !== 'same')).toEqual([]);
  expect(compare(measured(0.96)).memory?.[0]?.verdict).toBe('less');
});

test('the report names how many changed, and folds the rows', () => {
  const [peak, pss] = benchmarkMemory(compare(measured()));
  expect(peak).toMatchObject({ kind: 'details', summary: expect.stringContaining('changed in 1 of 40 benchmarks') });
  expect(pss).toMatchObject({ summary: expect.stringContaining('Proportional set size') });
});

test('samples of a suite without memory have no rows', () => {
  const speed = compare(syntheticLines({ seed: 2, pairs: 4, tests: 2, process: 0.01, block: 0.01 }));
  expect(speed.memory).toBeUndefined();
  expect(benchmarkMemory(speed)).toEqual([]);
});
