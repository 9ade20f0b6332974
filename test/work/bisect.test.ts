import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foundBy, nextOf } from '../../src/work/bisect.ts';

type Answer = 'before' | 'after' | 'undecided';

/** Asks as the command does: the whole first, then by halves. */
function run(count: number, answer: (at: number) => Answer) {
  const known = new Map<number, Answer>([
    [0, 'before'],
    [count, answer(count)],
  ]);
  let asked = 1;
  if (known.get(count) === 'after') {
    for (let next = nextOf(known, count); next !== undefined; next = nextOf(known, count)) {
      known.set(next, answer(next));
      asked++;
    }
  }
  return { ...foundBy(known, count), asked };
}

describe('bisection', () => {
  test('finds the first change, wherever it is, in as many steps as halves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), (count, seed) => {
        const first = (seed % count) + 1;
        const { found, asked } = run(count, (at) => (at >= first ? 'after' : 'before'));
        expect(found).toEqual({ from: first, to: first });
        expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(count)) + 2);
      }),
    );
  });

  test('passes over what cannot be decided, and says between which it lies', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.array(fc.nat(39)), (count, seed, bad) => {
        const first = (seed % count) + 1;
        const broken = new Set(bad.map((one) => (one % count) + 1).filter((one) => one !== count));
        const { found } = run(count, (at) => (broken.has(at) ? 'undecided' : at >= first ? 'after' : 'before'));
        if (found === undefined) throw new Error('it is there');
        expect(found.from).toBeLessThanOrEqual(first);
        expect(found.to).toBeGreaterThanOrEqual(first);
        // Nothing between both ends could be decided.
        for (let at = found.from; at < found.to; at++) expect(broken.has(at)).toBe(true);
      }),
    );
  });

  test('of what the whole does not do finds nothing, with one question', () => {
    expect(run(12, () => 'before')).toEqual({ asked: 1 });
    expect(run(12, () => 'undecided')).toEqual({ asked: 1 });
  });
});
