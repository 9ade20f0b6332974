import { expect, test } from 'vitest';
import { figuresOf, readTold, type Told } from '../../../src/bench/workload/read.ts';

const lines = (...rows: readonly (readonly string[])[]) => rows.map((row) => `${row.join('\t')}\n`).join('');

const read = (text: string): Told => {
  const told = readTold(text);
  if (typeof told === 'string') throw new Error(told);
  return told;
};

test('a group takes what its processes take, shared pages once; a worker’s own are those that it shares with nobody', () => {
  const worker = (own: number) => ['group', 'PLAIN', 'worker', 'Pss=700', 'Private_Clean=10', `Private_Dirty=${own}`];
  const told = read(
    lines(
      ['mark', 'start', 'Rss=100', 'Pss=80', 'VmHWM=100'],
      ['mark', 'end', 'Rss=900', 'Pss=800', 'VmHWM=1000'],
      worker(90),
      worker(190),
      ['group', 'PLAIN', 'parent', 'Pss=500', 'Private_Dirty=1'],
      ['done', '0'],
    ),
  );
  expect(figuresOf(told)).toEqual({ peak: 1000, end: 900, 'end-pss': 800, group: 1900, worker: 150 });
});

test('without smaps_rollup there is what /proc/self/status says, and no figure of shared pages', () => {
  const told = read(lines(['mark', 'end', 'VmRSS=900', 'VmHWM=1000'], ['done', '0']));
  expect(figuresOf(told)).toEqual({ peak: 1000, end: 900 });
});

test('a program that ended where nobody saw it is not taken for one that was measured', () => {
  expect(readTold(lines(['mark', 'start', 'Rss=100']))).toMatch(/ended before its end was seen/);
});
