import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestFirst, bestSum, pairEqual } from '../../../src/review/compare/assign.ts';

const matrix = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([n, m]) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: m, maxLength: m }), { minLength: n, maxLength: n }),
  );

const once = (places: readonly number[]) => new Set(places).size === places.length;
const sumOf = (pairs: readonly (readonly [number, number])[], scores: readonly (readonly number[])[]) =>
  pairs.reduce((sum, [a, b]) => sum + (scores[a]?.[b] ?? 0), 0);

/** The greatest sum there is, by trying all. */
function most(scores: readonly (readonly number[])[], row = 0, taken: ReadonlySet<number> = new Set()): number {
  const here = scores[row];
  if (here === undefined) return 0;
  const options = here.flatMap((value, column) =>
    taken.has(column) ? [] : [value + most(scores, row + 1, new Set([...taken, column]))],
  );
  return Math.max(most(scores, row + 1, taken), ...options);
}

describe('the best sum', () => {
  test('is the best of all there are, and pairs each once', () => {
    fc.assert(
      fc.property(matrix, (scores) => {
        const pairs = bestSum(scores.length, scores[0]?.length ?? 0, (a, b) => scores[a]?.[b] ?? 0);
        expect(sumOf(pairs, scores)).toBe(most(scores));
        expect(once(pairs.map(([a]) => a)) && once(pairs.map(([, b]) => b))).toBe(true);
        expect(pairs.every(([a, b]) => (scores[a]?.[b] ?? 0) > 0)).toBe(true);
      }),
    );
  });

  test('of equal sums the nearest places', () => {
    expect([...bestSum(3, 3, () => 1)].sort()).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test('of a thousand and a thousand something is found in time', () => {
    const pairs = bestSum(1000, 1000, (a, b) => (Math.abs(a - b) < 3 ? 1 + (a % 7) : 0));
    expect(pairs).toHaveLength(1000);
  });
});

test('the best first: what is most alike is never torn apart for a better sum', () => {
  const scores = [
    [10, 9],
    [9, 0],
  ];
  const all = scores.flatMap((row, a) => row.flatMap((score, b) => (score > 0 ? [{ a, b, score }] : [])));
  expect(bestFirst(all)).toEqual([[0, 0]]);
  expect(bestSum(2, 2, (a, b) => scores[a]?.[b] ?? 0)).toHaveLength(2);
});

test('the best first pairs the same when the sides are swapped, whatever the order of the candidates', () => {
  fc.assert(
    fc.property(matrix, fc.boolean(), (scores, reversed) => {
      const all = scores.flatMap((row, a) => row.flatMap((score, b) => (score > 0 ? [{ a, b, score }] : [])));
      const swapped = all.map(({ a, b, score }) => ({ a: b, b: a, score }));
      const back = bestFirst(reversed ? swapped.reverse() : swapped).map(([a, b]) => [b, a]);
      expect(back.sort()).toEqual([...bestFirst(all)].sort());
    }),
  );
});

test('equal keys pair in order', () => {
  const { pairs, restA, restB } = pairEqual(['x1', 'y1', 'x2'], ['x3', 'z1', 'x4', 'x5'], (text) => text[0] ?? '');
  expect(pairs).toEqual([
    ['x1', 'x3'],
    ['x2', 'x4'],
  ]);
  expect([restA, restB]).toEqual([['y1'], ['z1', 'x5']]);
});
