import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, shuffled } from '../../src/bench/random.ts';
import { schedulePair } from '../../src/bench/schedule.ts';

const tests = Array.from({ length: 58 }, (_, i) => `Test${i}`);
const two = ['baseline', 'patched'] as const;

test('a pair is the same whenever it is planned, and pairs differ', () => {
  expect(schedulePair(7, 3, tests, two, {})).toEqual(schedulePair(7, 3, tests, two, {}));
  const first = schedulePair(7, 1, tests, two, {});
  const second = schedulePair(7, 2, tests, two, {});
  expect(first.hashSeed).not.toBe(second.hashSeed);
  expect(first.turns.map((t) => t.test)).not.toEqual(second.turns.map((t) => t.test));
});

test('every test has its turn once, as ABBA or BAAB, about as often the one as the other', () => {
  let abba = 0;
  for (let pair = 1; pair <= 50; pair++) {
    const { turns } = schedulePair(1, pair, tests, two, {});
    expect(turns.map((t) => t.test).toSorted()).toEqual(tests.toSorted());
    expect(turns.map((t) => t.position)).toEqual(tests.map((_, i) => i + 1));
    for (const { order } of turns) expect(['ABBA', 'BAAB']).toContain(order);
    abba += turns.filter(({ order }) => order === 'ABBA').length;
  }
  // 2900 coins: three standard deviations are 2.8%.
  expect(abba / 2900).toBeGreaterThan(0.47);
  expect(abba / 2900).toBeLessThan(0.53);
});

test('with a control and repeats, each variant is mirrored each time', () => {
  const { turns } = schedulePair(1, 1, ['T'], ['baseline', 'patched', 'control'], { T: 3 });
  const order = turns[0]?.order ?? '';
  expect(order).toHaveLength(18);
  for (let at = 0; at < 18; at += 6) {
    const part = order.slice(at, at + 6);
    expect([...part].toReversed().join('')).toBe(part);
    expect([...part.slice(0, 3)].toSorted().join('')).toBe('ABC');
  }
});

test.each([4, 5, 6, 9])('%i variants: mirrored, and over as many repeats each is at each place once', (n) => {
  const more = Array.from({ length: n - 2 }, (_, i) => `patched-${i + 2}` as const);
  const { turns } = schedulePair(1, 1, ['T'], [...two, ...more], { T: n });
  const order = turns[0]?.order ?? '';
  const rows = Array.from({ length: n }, (_, row) => order.slice(row * 2 * n, (row + 1) * 2 * n));
  const letters = [...'ABDEFGHIJ'].slice(0, n);
  for (const row of rows) {
    expect([...row].toReversed().join('')).toBe(row);
    expect([...row.slice(0, n)].toSorted()).toEqual(letters);
  }
  for (let place = 0; place < n; place++) expect(rows.map((row) => row[place]).toSorted()).toEqual(letters);
  // Who follows whom: with the mirrored half each follows each other one twice.
  const follows = rows.flatMap((row) => [...row].slice(1).map((letter, i) => `${row[i]}${letter}`));
  const counts = Map.groupBy(follows, (one) => one);
  const unlike = [...counts].filter(([[a, b]]) => a !== b);
  expect(unlike).toHaveLength(n * (n - 1));
  expect(new Set(unlike.map(([, own]) => own.length))).toEqual(new Set([2]));
});

test('of many variants any two come first about equally often', () => {
  let first = 0;
  for (let pair = 1; pair <= 2000; pair++) {
    const { turns } = schedulePair(3, pair, ['T'], [...two, 'patched-2', 'patched-3', 'control'], {});
    const order = turns[0]?.order ?? '';
    if (order.indexOf('A') < order.indexOf('D')) first++;
  }
  // Three standard deviations are 3.4%.
  expect(Math.abs(first / 2000 - 0.5)).toBeLessThan(0.034);
});

test('the generator gives these numbers for ever: a changed generator would change every published schedule', () => {
  const random = createRandom(1, 2);
  expect([random.uint32(), random.uint32(), random.uint32()]).toMatchInlineSnapshot(`
    [
      3910520143,
      1867607869,
      1272906409,
    ]
  `);
});

test('shuffling loses nothing and is fair', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
      expect(shuffled(items, createRandom(seed)).toSorted()).toEqual(items.toSorted());
    }),
  );
  const random = createRandom(9);
  const firsts = Array.from({ length: 3000 }, () => shuffled(['a', 'b', 'c'], random)[0]);
  for (const letter of 'abc') expect(firsts.filter((f) => f === letter).length).toBeGreaterThan(900);
});
