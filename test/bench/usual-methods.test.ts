import { expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison/compare.ts';
import { syntheticLines } from './synthetic.ts';

test('on identical interpreters the pooled t test flags many tests, and the paired comparison none', () => {
  // Few processes, many blocks in each, half of the scatter belonging to the process: as the usual runners measure.
  const lines = syntheticLines({ seed: 3, pairs: 16, tests: 58, process: 0.015, block: 0.015, blocks: 10 });
  const usual = compare(lines).usual;
  expect(usual).toHaveLength(58);
  expect(usual?.filter(({ pooledT }) => pooledT < 0.05).length).toBeGreaterThan(58 * 0.3);
  const ours = compare(lines).counts;
  expect(ours.faster + ours.slower).toBe(0);
});

test('says what pybench says: the minimum over everything', () => {
  const lines = syntheticLines({ seed: 4, pairs: 2, tests: 1, process: 0, block: 0, effect: () => Math.log(1.1) });
  expect(compare(lines).usual?.[0]?.minimumDifference).toBeCloseTo(0.1, 9);
});
