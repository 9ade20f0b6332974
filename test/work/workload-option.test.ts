import { expect, test } from 'vitest';
import { BadValue } from '../../src/work/options.ts';
import { parseWords } from '../../src/work/run-options.ts';

test.each([
  ['app.py --n 10', ['app.py', '--n', '10']],
  [`app.py 'two words' "and \\"more\\"" a\\ b x'y'z`, ['app.py', 'two words', 'and "more"', 'a b', 'xyz']],
  [`app.py '' $HOME *`, ['app.py', '', '$HOME', '*']],
])('%s is parted as a shell would, and nothing is expanded', (text, words) => {
  expect(parseWords(text)).toEqual(words);
});

test.each(['', '  ', 'app.py "open', "it's"])('%j is refused', (text) => {
  expect(() => parseWords(text)).toThrow(BadValue);
});
