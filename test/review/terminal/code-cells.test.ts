import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { codeLines } from '../../../src/review/terminal/code-cells.ts';
import type { Mark } from '../../../src/review/types.ts';

const shown = (text: string, width: number, marks: readonly Mark[] = [], brackets?: readonly [string, string]) =>
  codeLines(text, marks, width, brackets).map(({ pieces }) => pieces.map((piece) => piece.text).join(''));

describe('a line of code in columns', () => {
  test('tabs go to the next eighth column, also after other characters', () => {
    expect(shown('\ta\tb', 40)).toEqual(['        a       b']);
    expect(shown('1234567\tx', 40)).toEqual(['1234567 x']);
    expect(shown('界\tx', 40)).toEqual(['界      x']);
  });

  test('wide characters are not cut in half', () => {
    expect(shown('界界界', 5)).toEqual(['界界', '界']);
  });

  test('combining characters stay with their letter', () => {
    expect(shown('abe\u0301c', 3)).toEqual(['abe\u0301', 'c']);
  });

  test('it is broken after a blank where that leaves little empty, else anywhere', () => {
    expect(shown('one two three', 10)).toEqual(['one two ', 'three']);
    expect(shown(`a ${'x'.repeat(60)}`, 40)).toEqual([`a ${'x'.repeat(38)}`, 'x'.repeat(22)]);
  });

  test('widths are those that are told', () => {
    for (const { pieces, width } of codeLines('\tä界e\u0301\u202e\x1b text and more', [[2, 5]], 9, ['{+', '+}'])) {
      expect(stringWidth(pieces.map((piece) => piece.text).join(''))).toBe(width);
      expect(width).toBeLessThanOrEqual(9);
    }
  });

  test('marks count characters of the source, not of what is shown', () => {
    expect(shown('\x1b\tnew', 40, [[2, 5]], ['{+', '+}'])).toEqual(['⟨ESC⟩   {+new+}']);
  });

  test('marks with only blanks between them are one', () => {
    expect(
      shown(
        'a b c',
        40,
        [
          [0, 1],
          [2, 3],
        ],
        ['[-', '-]'],
      ),
    ).toEqual(['[-a b-] c']);
  });

  test('marks out of bounds or across one another lose nothing', () => {
    expect(
      shown('abcdef', 40, [
        [1, 4],
        [2, 9],
      ]),
    ).toEqual(['abcdef']);
  });

  test('a line without a blank of a megabyte is done at once', () => {
    expect(codeLines('x'.repeat(1_000_000), [], 80)).toHaveLength(12_500);
  });

  test('an empty line is a line', () => {
    expect(shown('', 40)).toEqual(['']);
  });
});
