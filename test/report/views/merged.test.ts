import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { mergedJson } from '../../../src/report/comparison-json.ts';
import { renderView } from '../../../src/report/render-view.ts';
import { mergedView, stateCounts } from '../../../src/report/views/merged.ts';
import { mergeRuns } from '../../../src/run/fanout/merge.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import type { RunRecord } from '../../../src/run/types.ts';
import { planOf } from '../../run/fanout/plans.ts';
import * as records from '../records.ts';

const treeHash = records.record().checkout.base.treeHash;
const found = (record: RunRecord, where = record.id) => ({
  where,
  record,
  targets: record.targets.map(({ target }) => target),
});
const planned = (id: string, more: Partial<Cell>): Cell => ({
  id,
  recipes: [{ id: 'remove-zombieframe', params: { abi: 'drop-field' } }],
  checkout: { dir: '.', treeHash, pythonVersion: '2.7.18' },
  target: 'host',
  state: 'run',
  args: [],
  ...more,
});
const plan = planOf([
  planned('one', {}),
  planned('two', { target: 'ps3-linux' }),
  planned('three', { target: 'linux-arm64-with-a-name-that-no-column-has-room-for' }),
  planned('four', {
    checkout: { dir: '.', treeHash: 'x', refs: ['v3.13.0'] },
    state: 'not-applicable',
    why: 'it is gone',
  }),
]);
const merged = mergeRuns(
  [found(records.twoTargets()), found(records.record({ id: 'again', finishedAt: '2020-01-01T00:00:00Z' }))],
  [{ where: 'torn.zip', why: 'it is torn' }],
  { plan },
);
const text = (form: 'terminal' | 'markdown' | 'html', width = 80) =>
  renderView(mergedView(merged), form, { width, color: false, verbose: false });

test('every cell is a row with its answer, and what is not ok is told first', () => {
  const shown = text('terminal');
  expect(shown).toMatch(/^remove-zombieframe: 4 cells +✗ 2 OF 5 NOT OK\n/);
  expect(stateCounts(merged)).toBe('2 ok, 1 missing, 1 not applicable');
  expect(shown).toContain('no run of it was given');
  expect(shown).toMatch(/v3\.13\.0 host +not applicable +it is gone/);
  expect(shown).toContain('torn.zip: it is torn');
  expect(shown).toContain('again');
});

test('it fits, and no name is cut: cut names are not told apart', () => {
  for (const width of [80, 60]) {
    const lines = text('terminal', width).split('\n');
    expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
  }
  expect(text('terminal')).toContain('linux-arm64-with-a-name-that-no-column-has-room-for');
});

test('no time is set against one of another machine, and which machine it was is said', () => {
  for (const form of ['terminal', 'markdown', 'html'] as const) {
    const shown = text(form).replace(/\s+/g, ' ');
    expect(shown).toContain('Times of different machines are not compared');
    expect(shown).toContain('AMD EPYC 7B13, 2 cores');
    expect(shown).not.toMatch(/undefined|NaN/);
  }
});

test('rows are those of the runs’ own reports', () => {
  const alone = renderView(mergedView(mergeRuns([found(records.everythingFine())], [])), 'terminal', {
    width: 80,
    color: false,
  });
  expect(alone).toContain('+0.41%');
  expect(alone).toContain('[+0.2%, +0.6%]');
});

test('all of it is there as data', () => {
  const data = JSON.parse(JSON.stringify(mergedJson(merged)));
  expect(data).toMatchObject({ schemaVersion: 1, type: 'merged', ok: false });
  expect(data.cells.map(({ id, state, run }: Record<string, unknown>) => [id, state, run])).toEqual([
    ['one', 'ok', 'two-targets'],
    ['two', 'ok', 'two-targets'],
    ['three', 'missing', null],
    ['four', 'not-applicable', null],
  ]);
  expect(data.cells[0].comparison.targets).toHaveLength(1);
});

test('two cells that nothing else tells apart go by their ids, two runs by a number', () => {
  const same = planOf([planned('one', { target: 'x' }), planned('two', { target: 'x' })]);
  const shown = renderView(mergedView(mergeRuns([], [], { plan: same })), 'terminal', { width: 80, color: false });
  expect(shown).toMatch(/one \w+ +✗ missing\n *two \w+ +✗ missing/);
  const unnamed = merged.cells.slice(0, 1).map((cell) => ({ ...cell, id: undefined }));
  const twice = mergedView({ ...merged, cells: [...unnamed, ...unnamed] });
  expect(renderView(twice, 'terminal', { width: 80, color: false })).toContain('(2)');
});
