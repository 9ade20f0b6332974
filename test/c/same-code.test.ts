import { expect, test } from 'vitest';
import { cTokens } from '../../src/c/same-code.ts';

const same = (one: string, other: string) => cTokens(one.split('\n')) === cTokens(other.split('\n'));

test.each([
  ['re-indented', '    f(a);', '\tf(a);'],
  ['spaces around operators', 'a=b+c;', 'a = b + c;'],
  ['broken into lines', 'f(a,\n  b);', 'f(a, b);'],
  ['a comment further to the right', 'int a; /* b */', 'int a;      /* b */'],
  ['a directive indented as it is done', '#define A 1', '#  define A   1'],
  ['an empty line', 'a;\n\nb;', 'a;\nb;'],
])('%s: set otherwise', (_, one, other) => {
  expect(same(one, other)).toBe(true);
});

test.each([
  ['words that become one', 'return a;', 'returna;'],
  ['a string', 's = "a b";', 's = "a  b";'],
  ['a string in a directive', '#define S "a b"', '#define S "a  b"'],
  ['a character', "c = ' ';", "c = '  ';"],
  ['operators that become one', 'a + +b;', 'a ++b;'],
  ['an arrow torn apart', 'a->b;', 'a - > b;'],
  ['a macro with and without parameters', '#define F(x) x', '#define F (x) x'],
  ['a directive broken into two lines', '#define A b\nc', '#define A\nb c'],
  ['what a line comment swallows', '// a\nb;', '// a b;'],
  ['a number', 'a = 1.5;', 'a = 1 .5;'],
  ['other tokens', 'a = 1;', 'a = 2;'],
])('%s: not the same', (_, one, other) => {
  expect(same(one, other)).toBe(false);
});
