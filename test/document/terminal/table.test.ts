import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { pad, paragraph, table, tableLines } from '../../../src/document/terminal/style.ts';

const SENTENCE = 'one two three four five six seven eight nine ten';

test('the last column wraps into its own', () => {
  const rows = [
    ['a', 'bb', SENTENCE],
    ['aaaa', 'b', 'x'],
  ];
  expect(table(rows, 50).split('\n')).toEqual([
    'a     bb  one two three four five six seven eight',
    '          nine ten',
    'aaaa  b   x',
  ]);
});

test('a sentence that has too little room goes under its row', () => {
  expect(tableLines([['what it is', SENTENCE]], 40, { indent: ' ' })).toEqual([
    ' what it is',
    '     one two three four five six seven',
    '     eight nine ten',
  ]);
});

test('nothing is cut, no line is too long, and the widest gives way', () => {
  const path = 'Lib/distutils/command/build_scripts.py';
  const lines = tableLines([[path, path, '1']], 60, { align: [undefined, undefined, 'right'] });
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(60);
  expect(lines.join('').replace(/ /g, '').length).toBe(2 * path.length + 1);
});

test('where the width has no end a row is a line', () => {
  const path = 'Lib/distutils/command/'.repeat(20);
  expect(tableLines([[path, SENTENCE, path]], Number.POSITIVE_INFINITY)).toEqual([`${path}  ${SENTENCE}  ${path}`]);
});

test('wide characters count as two columns, colours as none', () => {
  expect(pad('漢', 4)).toBe('漢  ');
  expect(tableLines([['\x1b[2ma\x1b[22m', 'b']], 40)).toEqual(['\x1b[2ma\x1b[22m  b']);
});

test('a paragraph forgets the lines that it came in, and keeps its words whole', () => {
  expect(paragraph('one\n  two\n', 40, '  ')).toBe('  one two');
  expect(paragraph(`see ${'x'.repeat(50)}`, 40)).toBe(`see\n${'x'.repeat(50)}`);
});
