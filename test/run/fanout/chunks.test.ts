import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunksOf, groupsOf, MOST_JOBS } from '../../../src/run/fanout/chunks.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import { cellsOf, manyCells } from './plans.ts';

const ids = (cells: readonly Cell[]) => cells.map(({ id }) => id);

describe('groupsOf', () => {
  test('cells of one tree and one target are one group; what is not run is in none', () => {
    const cells = cellsOf().map((cell, i) => (i === 0 ? { ...cell, state: 'drifted' as const } : cell));
    const groups = groupsOf({ cells });
    expect(groups.map(({ length }) => length)).toEqual([1, 2, 2, 2]);
    for (const group of groups)
      expect(new Set(group.map(({ target, checkout }) => `${target} ${checkout.commit}`)).size).toBe(1);
    expect(groups.flat()).not.toContain(cells[0]);
  });

  test('a cell that shares no baseline is a group of its own', () => {
    const cells = manyCells(3, 3).map(({ baseline: _, ...cell }) => cell);
    expect(groupsOf({ cells })).toHaveLength(3);
  });
});

describe('chunksOf', () => {
  test('nothing to run is no chunk', () => {
    expect(chunksOf({ cells: [] })).toEqual([]);
  });

  test('groups stay whole where a chunk has room for them', () => {
    const chunks = chunksOf({ cells: manyCells(12, 4) }, 10);
    expect(chunks.map(({ leaders, followers }) => [ids(leaders), followers.length])).toEqual([
      [['cell-0', 'cell-4'], 6],
      [['cell-8'], 3],
    ]);
  });

  test('a group that is larger than a chunk leads anew in the next', () => {
    const chunks = chunksOf({ cells: manyCells(7, 7) }, 3);
    expect(chunks.map(({ leaders, followers }) => [ids(leaders), ids(followers)])).toEqual([
      [['cell-0'], ['cell-1', 'cell-2']],
      [['cell-3'], ['cell-4', 'cell-5']],
      [['cell-6'], []],
    ]);
  });

  test('each cell once, at most so many jobs, each follower’s leader in its own chunk', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 0, max: 120 }),
      each: fc.integer({ min: 1, max: 15 }),
      most: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(sizes, ({ count, each, most }) => {
        const cells = manyCells(count, each);
        const chunks = chunksOf({ cells }, most);
        const all = chunks.flatMap(({ leaders, followers }) => [...leaders, ...followers]);
        expect(ids(all).sort()).toEqual(ids(cells).sort());
        for (const { leaders, followers } of chunks) {
          expect(leaders.length + followers.length).toBeLessThanOrEqual(most);
          const led = leaders.map(({ baseline }) => baseline);
          expect(new Set(led).size).toBe(led.length);
          expect(followers.every(({ baseline }) => led.includes(baseline))).toBe(true);
        }
        // No group is cut that would have fitted.
        const times = new Map<string, number>();
        for (const { baseline = '' } of chunks.flatMap(({ leaders }) => leaders))
          times.set(baseline, (times.get(baseline) ?? 0) + 1);
        if (each <= most) expect([...times.values()].every((n) => n === 1)).toBe(true);
      }),
    );
  });

  test('a chunk is what a matrix of GitHub’s may be', () => {
    expect(MOST_JOBS).toBe(256);
    expect(chunksOf({ cells: manyCells(257, 1) })).toHaveLength(2);
  });
});
