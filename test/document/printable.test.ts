import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printableLine, printableSource, printableText } from '../../src/document/printable.ts';

describe('what a stranger wrote is shown, not obeyed', () => {
  test.each([
    ['\x1b[2J', '⟨ESC⟩[2J'],
    ['a\x7f', 'a⟨DEL⟩'],
    ['\x9b31m', '⟨U+009B⟩31m'],
    ['a\u202eb', 'a⟨U+202E⟩b'],
    ['zero\u200bwidth', 'zero⟨U+200B⟩width'],
    ['tag\u{e0041}', 'tag⟨U+E0041⟩'],
    ['filler\u3164', 'filler⟨U+3164⟩'],
    ['x\ufe0f', 'x⟨U+FE0F⟩'],
    ['a\u2028b', 'a⟨U+2028⟩b'],
    ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ])('%j', (text, shown) => {
    expect(printableText(text)).toBe(shown);
  });

  test('a line of source stays one line, and keeps its tabs', () => {
    expect(printableSource('\ta\r b\n')).toBe('\ta⟨CR⟩ b⟨LF⟩');
  });

  test('a sentence stays one line', () => {
    expect(printableLine(' a\n\tb\u2028c ')).toBe('a b⟨U+2028⟩c');
  });

  test('no control character is left of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printableText(text)).not.toMatch(/[[\p{Cc}\p{Zl}\p{Zp}]--[\t\n]]/v);
        expect(printableSource(text)).not.toMatch(/[[\p{Cc}\p{Zl}\p{Zp}]--[\t]]/v);
      }),
    );
  });
});
