import { expect, test } from 'vitest';
import { readPyperf } from '../../../src/bench/import/pyperf.ts';
import { comparePyperf } from '../../../src/bench/import/pyperf-compare.ts';
import { pyperfSides } from '../../../src/bench/pyperf/write.ts';
import type { SampleLine } from '../../../src/bench/types.ts';
import { syntheticLines } from '../synthetic.ts';
import { readDocumented } from './documented.ts';

const root = () => ({ perf_version: 'forkwright', cpu_count: 2 });
const lines = syntheticLines({ seed: 1, pairs: 4, tests: 3, process: 0.01, block: 0.01 });

const sides = (from: readonly SampleLine[]) =>
  new Map(pyperfSides(from, root).map(({ variant, ...files }) => [variant, files]));

test('a file a side that a reader of the documented format takes', () => {
  const found = sides(lines);
  expect([...found.keys()]).toEqual(['baseline', 'patched']);
  for (const { time, memory } of found.values()) {
    expect(memory).toBeUndefined();
    const { benchmarks, root: facts } = readDocumented(JSON.stringify(time));
    expect([...benchmarks.keys()]).toEqual(['Test000', 'Test001', 'Test002']);
    expect(facts).toMatchObject({ perf_version: 'forkwright', python_version: '2.7.18', cpu_affinity: '0' });
  }
});

test('a value is seconds of one iteration, operations apart, by the clock that decides', () => {
  const changed = lines.map((line) => {
    if (line.type === 'header') return { ...line, operations: { ...line.operations, Test000: 5 } };
    return line.type === 'sample' && line.test === 'Test000' ? { ...line, operations: 5 } : line;
  });
  const first = changed.find(
    (line) => line.type === 'sample' && line.test === 'Test000' && line.variant === 'baseline',
  );
  if (first?.type !== 'sample') throw new Error('no sample');
  const { benchmarks } = readDocumented(JSON.stringify(sides(changed).get('baseline')?.time));
  expect(benchmarks.get('Test000')?.runs[0]).toEqual(first.cpu.map((seconds) => seconds / (100 * 5)));
});

test('both sides have the same runs, also where one has lost a sample, and nothing of a pair that was not finished', () => {
  const lost = lines.filter(
    (line) =>
      !(line.type === 'sample' && line.pair === 2 && line.variant === 'patched' && line.test === 'Test001') &&
      !(line.type === 'pair-done' && line.pair === 4),
  );
  for (const { time } of sides(lost).values()) {
    const { benchmarks } = readDocumented(JSON.stringify(time));
    expect([...benchmarks].map(([name, { runs }]) => [name, runs.length])).toEqual([
      ['Test000', 3],
      ['Test001', 2],
      ['Test002', 3],
    ]);
  }
});

test('peak memory is a file of bytes beside it, with the same benchmarks', () => {
  const heavy = lines.map((line) => (line.type === 'sample' ? { ...line, peakRssBytes: 1e7 + line.pair } : line));
  const { memory } = sides(heavy).get('patched') ?? {};
  const { benchmarks } = readDocumented(JSON.stringify(memory));
  expect(benchmarks.get('Test002')).toEqual({ unit: 'byte', runs: [[10000001], [10000002], [10000003], [10000004]] });
});

test('a value of zero, which pyperf refuses, takes its pair away from both', () => {
  const zero = lines.map((line) =>
    line.type === 'sample' && line.pair === 1 && line.variant === 'baseline'
      ? { ...line, cpu: line.cpu.map(() => 0) }
      : line,
  );
  for (const { time } of sides(zero).values()) {
    for (const { runs } of readDocumented(JSON.stringify(time)).benchmarks.values()) expect(runs).toHaveLength(3);
  }
});

test('what is written is read back, and compared by the same means', () => {
  const files = [...sides(lines)].map(([name, { time }]) => readPyperf(JSON.stringify(time), name));
  const [baseline, patched] = files;
  if (baseline === undefined) throw new Error('no baseline');
  const { rows, reasons } = comparePyperf(baseline, patched);
  expect(rows).toHaveLength(3);
  expect(rows.every(({ ratio = 0, low = 2, high = 0 }) => low < ratio && ratio < high)).toBe(true);
  expect(reasons[0]).toContain('not paired');
});

test('samples without a whole pair make no file', () => {
  expect(
    pyperfSides(
      lines.filter(({ type }) => type === 'header'),
      root,
    ),
  ).toEqual([]);
});
