import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isGzip, looksLikePyperf, type PyperfFile, readPyperf, unzipped } from '../../../src/bench/import/pyperf.ts';
import { comparePyperf } from '../../../src/bench/import/pyperf-compare.ts';
import { UserError } from '../../../src/system/diagnostic.ts';

const read = (data: unknown, file = 'f.json') => readPyperf(JSON.stringify(data), file);
const least = (name: string, ...runs: readonly (readonly number[])[]) => ({
  metadata: { name },
  runs: runs.map((values) => ({ values })),
});
const file = (...benchmarks: readonly object[]) => ({ version: '1.0', benchmarks });

describe('reading', () => {
  test('version 1.0: metadata falls from the root to the benchmark to the run; calibrations are no values', () => {
    const { benchmarks, facts, dates } = read({
      version: '1.0',
      metadata: { cpu_count: 4, python_version: '3.11.2 (64-bit)', unit: 'byte' },
      benchmarks: [
        {
          metadata: { name: 'nbody', unit: 'second', date: '2026-01-01 10:00:00' },
          runs: [
            { warmups: [[1, 0.2]], metadata: { calibrate_loops: 4 } },
            { values: [0.1, 0.2], metadata: { date: '2026-01-01 11:00:00.000000' } },
          ],
        },
        { runs: [{ metadata: { name: 'late', mem_max_rss: 5 }, values: [7] }] },
      ],
    });
    expect(benchmarks).toEqual([
      { name: 'nbody', unit: 'second', runs: [[0.1, 0.2]] },
      { name: 'late', unit: 'byte', runs: [[7]] },
    ]);
    expect(facts).toEqual({ cpu_count: '4', python_version: '3.11.2 (64-bit)' });
    expect(dates).toEqual([Date.UTC(2026, 0, 1, 10), Date.UTC(2026, 0, 1, 11)]);
  });

  test('versions 5 and 6, as perf wrote them', () => {
    const five = { version: 5, benchmarks: [{ common_metadata: { name: 'a' }, runs: [{ samples: [1, 2] }] }] };
    expect(read(five)).toMatchObject({ benchmarks: [{ name: 'a', runs: [[1, 2]] }], notes: [] });
    expect(read({ ...file(least('a', [1])), version: 6 }).notes).toEqual([]);
  });

  test('a version that nobody knows is read, and said', () => {
    expect(read({ ...file(least('a', [1])), version: '2.0' }).notes).toEqual([
      'version "2.0" is not known, and was read as 1.0',
    ]);
  });

  test('packed by gzip', () => {
    const packed = gzipSync(JSON.stringify(file(least('a', [1]))));
    expect(isGzip(packed)).toBe(true);
    expect(looksLikePyperf(unzipped(packed, 'f').toString())).toBe(true);
    expect(() => unzipped(packed.subarray(0, 20), 'f')).toThrow('cannot be unpacked');
  });

  test('a benchmark that is there twice is one with more processes, and said', () => {
    const { benchmarks, notes } = read(file(least('a', [1]), least('a', [2], [3])));
    expect(benchmarks[0]?.runs).toEqual([[1], [2], [3]]);
    expect(notes).toHaveLength(1);
  });

  test.each([
    [file(least('a', [0.1, 0])), 'a, run 1: 0 is no value above zero'],
    [file(least('a', [-1])), 'no value above zero'],
    [file({ runs: [{ values: [1] }] }), 'benchmark 1 has no name'],
    [{ version: '1.0', benchmarks: [] }, 'benchmarks'],
    [file({ metadata: { name: 'a' }, runs: [{ values: ['1'] }] }), 'values'],
    [
      file(least('a', [1]), { metadata: { name: 'a', unit: 'byte' }, runs: [{ values: [1] }] }),
      'in seconds and in bytes',
    ],
  ])('%j is refused', (data, message) => {
    expect(() => read(data)).toThrow(message);
  });

  test.each([
    ['{"version":"1.0","benchmarks":[{"metadata":{"name":"a"},"runs":[{"values":[NaN]}]}]}', /NaN|token/],
    ['{"version":"1.0","benchmarks":[{"metadata":{"name":"a"},"runs":[{"values":[1e999]}]}]}', /finite|number|zero/i],
    [`{"version":"1.0","benchmarks":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /nested deeper/],
    ['{"version":"1.0","benchmarks":[', /cannot be read/],
  ])('%.60s… is refused', (text, message) => {
    expect(() => readPyperf(text, 'f')).toThrow(message);
  });

  test('whatever it holds is read or refused', () => {
    const name = fc.oneof(fc.constantFrom('a', '__proto__', 'constructor', ''), fc.string());
    const metadata = fc.option(
      fc.dictionary(fc.constantFrom('name', 'unit', 'date', '__proto__'), fc.oneof(name, fc.jsonValue())),
    );
    const values = fc.oneof(fc.array(fc.double()), fc.jsonValue());
    const run = fc.oneof(fc.record({ values, metadata }, { requiredKeys: [] }), fc.jsonValue());
    const benchmark = fc.record({ metadata, runs: fc.oneof(fc.array(run), fc.jsonValue()) }, { requiredKeys: [] });
    const version = fc.oneof(fc.constantFrom('1.0', 5, 6), fc.jsonValue());
    const foreign = fc.record({ version, metadata, benchmarks: fc.array(fc.oneof(benchmark, fc.jsonValue())) });
    fc.assert(
      fc.property(foreign, (data) => {
        try {
          const found = read(data);
          expect(comparePyperf(found, found).rows).toHaveLength(found.benchmarks.length);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

describe('comparing', () => {
  const runs = (value: number, n: number) => Array.from({ length: n }, (_, i) => [value * (1 + i / 1000)]);
  const of = (source: string, ...benchmarks: readonly object[]): PyperfFile => read(file(...benchmarks), source);

  test('a process counts once, however many values it has', () => {
    const a = of('a', least('x', [1, 1, 1, 1], [3]));
    const b = of('b', least('x', [2], [2]));
    expect(comparePyperf(a, b).rows[0]).toMatchObject({ baseline: { mean: 2, processes: 2, values: 5 }, ratio: 1 });
  });

  test('unequal counts drop nothing, and what is on one side stays a row', () => {
    const a = of('a', least('x', ...runs(1, 20)), least('gone', [1]));
    const b = of('b', least('x', ...runs(1.5, 3)), least('new', [1]));
    const { rows, geometricMean = 0 } = comparePyperf(a, b);
    expect(rows.map(({ test, note }) => [test, note])).toEqual([
      ['x', undefined],
      ['gone', 'only in a'],
      ['new', 'only in b'],
    ]);
    expect(geometricMean).toBeCloseTo(1.49, 1);
    expect(rows[0]?.low).toBeGreaterThan(1.4);
  });

  test('the interval is of the processes, not of the values', () => {
    const a = of('a', least('x', ...[1, 1.1, 0.9].map((mean) => Array.from({ length: 500 }, () => mean))));
    const b = of('b', least('x', ...[1, 1.1, 0.9].map((mean) => Array.from({ length: 500 }, () => mean))));
    const [row] = comparePyperf(a, b).rows;
    expect((row?.high ?? 0) - (row?.low ?? 0)).toBeGreaterThan(0.1);
  });

  test('two processes have no interval, other units no ratio', () => {
    const a = of('a', least('x', [1], [1]), least('y', [1]));
    const b = of('b', least('x', [1], [1]), { metadata: { name: 'y', unit: 'byte' }, runs: [{ values: [1] }] });
    const [x, y] = comparePyperf(a, b).rows;
    expect(x).toMatchObject({ ratio: 1, note: 'no interval: fewer than 3 processes' });
    expect(x?.low).toBeUndefined();
    expect(y?.ratio).toBeUndefined();
  });

  test('why there is no verdict: not paired, one after the other, one process, other conditions', () => {
    const dated = (name: string, hour: number, python: string) => ({
      metadata: { name, python_version: python },
      runs: [{ values: [1], metadata: { date: `2026-01-01 1${hour}:00:00.000000` } }],
    });
    const { reasons, conditionsDiffer } = comparePyperf(of('b', dated('x', 5, '3.13')), of('a', dated('x', 2, '3.11')));
    expect(reasons).toEqual([
      expect.stringContaining('not paired'),
      'all of a was measured before b: the two did not take turns',
      expect.stringContaining('one process on a side'),
    ]);
    expect(conditionsDiffer).toEqual(['python_version: 3.13, then 3.11']);
  });
});
