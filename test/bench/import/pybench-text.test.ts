import { describe, expect, test } from 'vitest';
import { compareImported } from '../../../src/bench/import/compare.ts';
import { readPybenchText } from '../../../src/bench/import/read.ts';

const HEAD = `PYBENCH 2.0
* Round 1 done in 0.375 seconds.
Benchmark: this.pybench
    Rounds: 2
    Warp:   10
    Timer:  time.time
    Machine Details:
       Platform ID:    Linux-x86_64
    Python:
       Version:        2.7.18
       Compiler:       GCC 12.2.0
`;
const SINGLE = `${HEAD}
Test                             minimum  average  operation  overhead
          BuiltinFunctionCalls:    107ms    108ms    0.32us    0.004ms
                     Recursion:     80ms     90ms    1.90us    0.005ms
Totals:                            187ms    198ms
`;
const COMPARED = `${HEAD}
Comparing with: other.pybench
    Warp:   10
    Timer:  time.clock
       Version:        2.7.17
Test                             minimum run-time        average  run-time
          BuiltinFunctionCalls:   107ms   100ms   +7.0%   108ms   104ms   +3.8%
                     Recursion:    80ms    80ms   +0.0%    90ms    90ms   -0.0%
                  OnlyThisSide:    12ms     0ms     n/a    13ms     0ms     n/a
Totals:                           199ms   180ms  +10.6%   211ms   194ms   +8.8%

(this=this.pybench, other=other.pybench)
`;

describe('stock pybench’s text', () => {
  test('a benchmark alone', () => {
    const { self, other } = readPybenchText(SINGLE, 'a.txt');
    expect(other).toBeUndefined();
    expect(self).toMatchObject({ version: '2.0', rounds: 2, warp: 10, timer: 'time.time', pythonVersion: '2.7.18' });
    expect(self.tests).toEqual([
      { test: 'BuiltinFunctionCalls', minMs: 107, avgMs: 108 },
      { test: 'Recursion', minMs: 80, avgMs: 90 },
    ]);
  });

  test('a comparison: this is patched, other is baseline; a missing test is a row', () => {
    const { self, other } = readPybenchText(COMPARED.replaceAll('\n', '\r\n'), 'b.txt');
    if (other === undefined) throw new Error('no other side');
    expect(other).toMatchObject({ timer: 'time.clock', pythonVersion: '2.7.17' });
    const compared = compareImported(other, self);
    expect(compared.rows.map(({ test }) => test)).toEqual(['BuiltinFunctionCalls', 'Recursion', 'OnlyThisSide']);
    expect(compared.rows[0]?.minDifference).toBeCloseTo(0.07, 9);
    expect(compared.rows[2]).toMatchObject({ note: 'only in the patched result' });
    expect(compared.rows[2]?.minDifference).toBeUndefined();
    expect(compared.totals).toBeUndefined();
    expect(compared.conditionsDiffer.join('; ')).toContain('the timer: time.clock, then time.time');
  });

  test('an aborted pybench is told as such', () => {
    expect(() => readPybenchText(`${HEAD}ValueError: warp factor set too high\n`, 'c.txt')).toThrow(
      /no table of pybench.*though 1 rounds.*warp factor set too high/,
    );
  });
});

test('other rounds or another warp are not compared, as pybench does not', () => {
  const side = (warp: number, rounds: number) => ({
    source: 'x',
    form: 'pybench-pickle' as const,
    warp,
    tests: [{ test: 'A', minMs: 10, avgMs: 10, rounds }],
  });
  expect(compareImported(side(10, 1), side(20, 1)).rows[0]?.minDifference).toBeUndefined();
  expect(compareImported(side(10, 1), side(10, 2)).rows[0]?.note).toContain('not the same test');
  expect(compareImported(side(10, 1), side(10, 1)).geometricMean).toBe(1);
});
