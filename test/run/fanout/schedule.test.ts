import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunksOf } from '../../../src/run/fanout/chunks.ts';
import { assign, jobSeconds, schedule, USUAL, wavesOf } from '../../../src/run/fanout/schedule.ts';
import { manyCells } from './plans.ts';

const estimate = { baseline: 300, patched: 200, rest: 100, from: 'a test' };
const jobs = (...seconds: readonly number[]) => seconds.map((s, i) => ({ id: `${i}`, seconds: s }));
const conditions = (machines: number) => ({ ...USUAL, machines });

test('who leads builds the baseline, who follows fetches it', () => {
  const when = { machines: 1, setupSeconds: 10, fetchSeconds: 5 };
  expect(jobSeconds(estimate, true, when)).toBe(10 + 300 + 200 + 100);
  expect(jobSeconds(estimate, false, when)).toBe(10 + 5 + 200 + 100);
});

describe('assign', () => {
  test('in the order given, each to the machine that is free first', () => {
    expect(assign(jobs(5, 3, 3, 1), 2)).toBe(6);
    // Another order of the same: 3 and 3, then 5 and 1.
    expect(assign(jobs(3, 3, 5, 1), 2)).toBe(8);
  });

  test('no jobs end when they would begin', () => {
    expect(assign([], 3, 7)).toBe(7);
  });

  test('as a plain list of machines would have it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (seconds, machines) => {
          const free = Array.from({ length: machines }, () => 0);
          for (const s of seconds) {
            const first = free.indexOf(Math.min(...free));
            free[first] = (free[first] ?? 0) + s;
          }
          expect(assign(jobs(...seconds), machines)).toBe(Math.max(0, ...free));
        },
      ),
    );
  });
});

describe('schedule', () => {
  test('no job of a wave begins before the wave before has ended', () => {
    expect(schedule([jobs(100, 10), jobs(50)], conditions(2)).wallSeconds).toBe(150);
    expect(schedule([jobs(100, 10, 50)], conditions(2)).wallSeconds).toBe(100);
  });

  test('minutes are billed a job at a time, rounded up', () => {
    expect(schedule([jobs(1, 60, 61)], conditions(9))).toMatchObject({
      jobs: 3,
      machineSeconds: 122,
      billedMinutes: 4,
    });
  });

  test('one machine more never makes a wave of equal jobs longer, and no number beats the longest job', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 20 }), (count, machines) => {
        const wave = jobs(...Array.from({ length: count }, () => 30));
        const { wallSeconds } = schedule([wave], conditions(machines));
        expect(wallSeconds).toBe(Math.ceil(count / machines) * 30);
        expect(schedule([wave], conditions(machines + 1)).wallSeconds).toBeLessThanOrEqual(wallSeconds);
      }),
    );
  });
});

describe('wavesOf', () => {
  const cells = manyCells(6, 3).map((cell) => ({ ...cell, estimate }));

  test('leaders, then followers, chunk after chunk', () => {
    const waves = wavesOf(chunksOf({ cells }, 3), USUAL);
    expect(waves?.map((wave) => wave.map(({ id }) => id))).toEqual([
      ['cell-0'],
      ['cell-1', 'cell-2'],
      ['cell-3'],
      ['cell-4', 'cell-5'],
    ]);
    expect(waves?.[0]?.[0]?.seconds).toBe(jobSeconds(estimate, true, USUAL));
    expect(waves?.[1]?.[0]?.seconds).toBe(jobSeconds(estimate, false, USUAL));
  });

  test('one cell without an estimate, and there is no schedule: part of a sum would be read as the sum', () => {
    const [first, ...rest] = cells;
    if (first === undefined) throw new Error('no cell');
    const { estimate: _, ...bare } = first;
    expect(wavesOf(chunksOf({ cells: [bare, ...rest] }), USUAL)).toBeUndefined();
  });
});
