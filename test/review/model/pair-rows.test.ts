import { expect, test } from 'vitest';
import { pairRows } from '../../../src/review/model/pair-rows.ts';
import type { ReviewRow } from '../../../src/review/types.ts';

const KINDS = { '-': 'removed', '+': 'added', ' ': 'context' } as const;
const rows = (text: string): ReviewRow[] =>
  text.split('\n').map((line) => ({
    kind: KINDS[line[0] as keyof typeof KINDS],
    text: line.slice(1),
    eol: '\n',
    marks: [],
  }));
const pairs = (text: string) =>
  pairRows(rows(text)).flatMap((row, i) => (row.kind === 'removed' && row.pair !== undefined ? [[i, row.pair]] : []));

test('a changed line stands beside what it became', () => {
  expect(pairs(' a\n-int one = 1;\n+int one = 2;\n b')).toEqual([[1, 2]]);
});

test('the counterpart is the one that is like it, not the one in its place', () => {
  expect(pairs('-Py_DECREF(frame);\n-return result;\n+if (frame)\n+    return result;')).toEqual([[1, 3]]);
});

test('counterparts do not cross', () => {
  const text = '-alpha beta gamma\n-delta epsilon zeta\n+delta epsilon zeta!\n+alpha beta gamma!';
  const found = pairs(text);
  expect(found).toHaveLength(1);
});

test('lines that have nothing in common stand alone', () => {
  expect(pairs('-goto done;\n+Py_INCREF(x);')).toEqual([]);
});

test('lines that are only added, or only removed, have no counterpart', () => {
  expect(pairs('-one two\n context\n+one two')).toEqual([]);
});

test('a thousand changed lines take no noticeable time, and stay in their order', () => {
  const many = Array.from({ length: 1000 }, (_, i) => `-line ${i}`).concat(
    Array.from({ length: 1000 }, (_, i) => `+line ${i} more`),
  );
  const out = pairRows(rows(many.join('\n')));
  expect(out).toHaveLength(2000);
});

test('a line of a megabyte costs nothing', () => {
  const long = 'x '.repeat(500_000);
  expect(pairs(`-${long}\n+${long}y`)).toEqual([]);
});
