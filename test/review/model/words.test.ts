import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alike, bagOf } from '../../../src/review/compare/bag.ts';
import { markWords } from '../../../src/review/model/pair-rows.ts';

const cut = (text: string, marks: readonly (readonly [number, number])[]) => marks.map(([a, b]) => text.slice(a, b));

test.each([
  ['int x = 1;', 'int x = 2;', ['1'], ['2']],
  ['f(a, b)', 'f(a)', [', b'], []],
  ['return f;', 'return f->back;', [], ['->back']],
  ['#define N 200', '#define N\t200', [' '], ['\t']],
  ['same', 'same', [], []],
  ['größer', 'größte', ['größer'], ['größte']],
])('%j → %j', (old, now, removed, added) => {
  const marks = markWords(old, now);
  expect(cut(old, marks.old)).toEqual(removed);
  expect(cut(now, marks.now)).toEqual(added);
});

test('what is not marked is the same on both sides', () => {
  const word = fc.constantFrom('a', 'bb', ' ', '(', ')', '->', 'é', '\t', '1');
  fc.assert(
    fc.property(fc.array(word), fc.array(word), (a, b) => {
      const [old, now] = [a.join(''), b.join('')];
      const marks = markWords(old, now);
      const rest = (text: string, ranges: readonly (readonly [number, number])[]) =>
        ranges.toReversed().reduce((t, [from, to]) => t.slice(0, from) + t.slice(to), text);
      expect(rest(old, marks.old)).toBe(rest(now, marks.now));
    }),
  );
});

test('a line of a hundred thousand words is left unmarked at once', () => {
  const line = 'a b '.repeat(50_000);
  expect(markWords(line, `${line}c`)).toEqual({ old: [], now: [] });
});

test('likeness is from 0 to 1, and the same both ways', () => {
  const like = (a: string, b: string) =>
    alike(bagOf([{ kind: 'context', text: a }]), bagOf([{ kind: 'context', text: b }]));
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const one = like(a, b);
      expect(one).toBeGreaterThanOrEqual(0);
      expect(one).toBeLessThanOrEqual(1);
      expect(like(b, a)).toBeCloseTo(one, 12);
    }),
  );
  expect(like('a b c', 'c b a')).toBe(1);
  expect(like('if (f == NULL)', 'goto fail;')).toBeLessThan(0.5);
});
