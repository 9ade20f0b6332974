import { describe, expect, test } from 'vitest';
import { githubOutput } from '../../../src/run/fanout/github.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import { cellsOf, manyCells, planOf } from './plans.ts';

const outputs = (cells: readonly Cell[], chunk?: number): Readonly<Record<string, string>> =>
  Object.fromEntries(
    githubOutput(planOf(cells), chunk)
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
const jobs = (text: string | undefined) =>
  (JSON.parse(text ?? '') as { readonly include: readonly Readonly<Record<string, string>>[] }).include;

test('one of each baseline leads, the others follow; each has the words of its command', () => {
  const { cells, chunks, leaders, followers } = outputs(cellsOf());
  expect([cells, chunks]).toEqual(['8', '[1]']);
  expect(jobs(leaders).map(({ id }) => id)).toEqual([
    'a-v2.7.18-host',
    'a-v2.7.18-other',
    'a-v3.9.2-host',
    'a-v3.9.2-other',
  ]);
  expect(jobs(followers).map(({ recipes }) => recipes)).toEqual(['b', 'b', 'b', 'b']);
  expect(JSON.parse(jobs(leaders)[0]?.args ?? '')).toEqual(cellsOf()[0]?.args);
});

test('GitHub takes no empty matrix: it gets nothing', () => {
  const { cells, chunks, leaders, followers } = outputs(
    cellsOf().map((cell) => ({ ...cell, state: 'no-tree' as const })),
  );
  expect([cells, chunks, leaders, followers]).toEqual(['0', '[]', '', '']);
});

describe('more jobs than a matrix may have', () => {
  const cells = manyCells(1000, 12);
  test('the numbers of the chunks alone, until one is chosen', () => {
    const all = outputs(cells);
    expect(all.cells).toBe('1000');
    expect(all.chunks).toBe('[1,2,3,4]');
    expect(all.leaders).toBeUndefined();
  });
  test('every job once, at most 256 a chunk', () => {
    const seen = [1, 2, 3, 4].flatMap((n) => {
      const { leaders, followers } = outputs(cells, n);
      const ids = [...jobs(leaders), ...jobs(followers)].map(({ id }) => id);
      expect(ids.length).toBeLessThanOrEqual(256);
      return ids;
    });
    expect(seen.sort()).toEqual(cells.map(({ id }) => id).sort());
  });
  test('a chunk that is not there', () => {
    expect(() => githubOutput(planOf(cells), 5)).toThrow('there is no chunk 5: the plan has 4');
  });
});

test('nothing in a plan can become an output of its own', () => {
  const [cell] = cellsOf({ args: ['--cflags=a\nleaders=[]\n::set-output name=x::'] });
  const text = githubOutput(planOf(cell === undefined ? [] : [cell]));
  expect(text.trimEnd().split('\n')).toHaveLength(4);
});

test('what GitHub would cut off is refused', () => {
  const cells = manyCells(256, 4).map((cell) => ({ ...cell, args: [...cell.args, 'x'.repeat(3000)] }));
  expect(() => githubOutput(planOf(cells))).toThrow('a job’s outputs are at most');
  expect(() => githubOutput(planOf(manyCells(256 * 257, 1)))).toThrow('257 chunks');
});
