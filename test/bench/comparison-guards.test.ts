import { expect, test } from 'vitest';
import { compare } from '../../src/bench/comparison/compare.ts';
import { completeSamples } from '../../src/bench/samples/complete.ts';
import type { SampleLine } from '../../src/bench/types.ts';
import { overallSpeed, speedSentences } from '../../src/report/speed-verdict.ts';
import { syntheticLines } from './synthetic.ts';

const noise = { process: 0.01, block: 0.01 };
const renamed = (lines: readonly SampleLine[], from: string, to: string): SampleLine[] =>
  JSON.parse(JSON.stringify(lines).replaceAll(`"${from}"`, `"${to}"`)) as SampleLine[];

test.each(['constructor', 'toString', 'valueOf'])('a test called %s is a row like any other', (name) => {
  const lines = syntheticLines({ seed: 3, pairs: 12, tests: 4, ...noise });
  const [header] = lines;
  const first = header?.type === 'header' ? (header.tests[0] ?? '') : '';
  const before = compare(lines).tests.find((row) => row.test === first);
  const after = compare(renamed(lines, first, name)).tests.find((row) => row.test === name);
  expect(after).toEqual({ ...before, test: name });
});

test('samples of two sessions in one file are refused, a file joined to itself is not', () => {
  const one = syntheticLines({ seed: 3, pairs: 6, tests: 2, ...noise });
  const other = syntheticLines({ seed: 4, pairs: 8, tests: 2, ...noise });
  expect(completeSamples([...one, ...one])?.pairs).toEqual([1, 2, 3, 4, 5, 6]);
  expect(() => completeSamples([...one, ...other])).toThrow(/more than one session/);
  const [header, ...rest] = other;
  const short = one[0];
  if (header === undefined || short === undefined) throw new Error('no header');
  expect(() => completeSamples([short, ...rest])).toThrow(/a pair 7, and the session was of 6/);
});

test('a hundred thousand blocks are compared without running out of stack', () => {
  const lines = syntheticLines({ seed: 3, pairs: 2, tests: 1, ...noise }).map((line) =>
    line.type === 'sample' ? { ...line, cpu: Array.from({ length: 150_000 }, () => 0.001) } : line,
  );
  expect(compare(lines).tests[0]?.minBaselineMs).toBeCloseTo(1, 9);
});

test('under six pairs the whole has no verdict and no 95%', () => {
  const of = (pairs: number) => compare(syntheticLines({ seed: 3, pairs, tests: 3, ...noise, effect: () => 0.2 }));
  for (const pairs of [1, 2, 3, 5]) {
    expect(overallSpeed(of(pairs))).toBe('inconclusive');
    expect(speedSentences(of(pairs))[0]).toContain('too few for an interval');
  }
  expect(overallSpeed(of(8))).toBe('slower');
});
