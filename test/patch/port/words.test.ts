import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeWords } from '../../../src/patch/port/words.ts';

const merge = (old: string, theirs: string, now: string, isList = true) => mergeWords(old, theirs, now, isList);

test.each([
  [
    'two words of one line',
    'a(one, two, three);\n',
    'a(ONE, two, three);\n',
    'a(one, two, four);\n',
    'a(ONE, two, four);\n',
  ],
  [
    'an entry of a list that goes',
    'LIBS= one two three \\\n',
    'LIBS= one three \\\n',
    'LIBS= one two three four \\\n',
    'LIBS= one three four \\\n',
  ],
  [
    'an entry that goes beside one that came',
    'one two three\n',
    'one three\n',
    'one two new three\n',
    'one new three\n',
  ],
])('%s', (_, old, theirs, now, wanted) => expect(merge(old, theirs, now)).toEqual({ text: wanted }));

test.each([
  ['the same word, otherwise', 'use(one);\n', 'use(two);\n', 'use(three);\n', 'another way'],
  [
    'a word that stands there already',
    'one two three\n',
    'one two four three\n',
    'one four two three\n',
    'stands there already',
  ],
  [
    'a line that is another one',
    'alpha(one, two);\n',
    'alpha(one, three);\n',
    'while beta(two): other_thing, more_of_it\n',
    '',
  ],
  ['words that stand several times', 'aaa bbb\naaa bbb\n', 'aaa ccc bbb\naaa bbb\n', 'aaa bbb\naaa bbb\naaa bbb\n', ''],
])('refused: %s', (_, old, theirs, now, why) => {
  const result = merge(old, theirs, now);
  expect('reason' in result ? result.reason : result.text).toContain(why);
  expect(result).toHaveProperty('reason');
});

test('in a program, nothing beside the words that change may have changed', () => {
  expect(merge('one two three\n', 'one three\n', 'one two new three\n', false)).toHaveProperty('reason');
});

test('whatever is merged has the words of both changes, in their order, and no other', () => {
  const word = fc.integer({ min: 0, max: 40 }).map((n) => `word${n}`);
  const change = fc.record({ at: fc.nat(30), how: fc.constantFrom('drop', 'swap', 'add'), word: fc.nat(99) });
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 4, maxLength: 30 }), change, change, (words, mine, other) => {
      const apply = (all: readonly (string | undefined)[], { at, how, word }: typeof mine, tag: string) => {
        const i = at % words.length;
        const made = `${tag}${word}`;
        if (how === 'drop') return all.map((w, k) => (k === i ? undefined : w));
        return all.map((w, k) => (k === i ? (how === 'swap' ? made : `${w} ${made}`) : w));
      };
      const line = (all: readonly (string | undefined)[]) => `${all.filter((w) => w !== undefined).join(' ')}\n`;
      const result = merge(line(words), line(apply(words, mine, 'mine')), line(apply(words, other, 'other')));
      if ('reason' in result || mine.at % words.length === other.at % words.length) return;
      expect(result.text.split(/\s+/)).toEqual(line(apply(apply(words, other, 'other'), mine, 'mine')).split(/\s+/));
    }),
    { numRuns: 2000 },
  );
});
