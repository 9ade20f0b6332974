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
