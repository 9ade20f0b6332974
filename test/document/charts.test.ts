import { expect, test } from 'vitest';
import { curveTable, flameBoxes, flameTable } from '../../src/document/charts.ts';
import { flameHtml } from '../../src/document/html/flame.ts';

const stacks = [
  { stack: ['list_repeat', 'run'], bytes: 600, blocks: 6 },
  { stack: ['new', 'call', 'run'], bytes: 300, blocks: 3 },
  { stack: ['new', 'copy'], bytes: 100, blocks: 1 },
];

test('who asked for the most stands first, and callers stand on whom they called', () => {
  expect(flameBoxes({ stacks }).map(({ name, depth, from, share }) => [name, depth, from, share])).toEqual([
    ['list_repeat', 0, 0, 0.6],
    ['run', 1, 0, 0.6],
    ['new', 0, 0.6, 0.4],
    ['call', 1, 0.6, 0.3],
    ['run', 2, 0.6, 0.3],
    ['copy', 1, 0.8999999999999999, 0.1],
  ]);
  expect(flameBoxes({ stacks: [] })).toEqual([]);
});

test('names are data: none gets into the page as markup', () => {
  const flame = { title: '<b>', grew: true, stacks: [{ stack: ['<script>'], bytes: 1, blocks: 1 }] };
  expect(flameHtml(flame, 'x').text).not.toMatch(/<script>|<b>/);
});

test('a long curve is told at some of its marks, the first and the last among them', () => {
  const steps = Array.from({ length: 100 }, (_, i) => ({ label: `m${i}`, values: [i, i] }));
  const { rows, note } = curveTable({ title: 'c', sides: ['a', 'b'], steps });
  expect(rows).toHaveLength(12);
  expect([rows[0]?.[0], rows.at(-1)?.[0]]).toEqual(['m0', 'm99']);
  expect(note).toMatch(/12 of 100 marks/);
});

test('the table of a flame graph has the bytes, their share and the callers', () => {
  const { rows } = flameTable({ title: 'f', grew: false, stacks });
  expect(rows[0]).toEqual([{ text: 'list_repeat ← run', code: true }, '6', '600\u202fB', '60%']);
});
