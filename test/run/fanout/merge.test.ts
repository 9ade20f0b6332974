import { describe, expect, test } from 'vitest';
import type { FoundRun } from '../../../src/run/fanout/find-runs.ts';
import { mergeRuns } from '../../../src/run/fanout/merge.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import { parseGates } from '../../../src/run/gates/index.ts';
import type { RunRecord } from '../../../src/run/types.ts';
import * as records from '../../report/records.ts';
import { planOf } from './plans.ts';

const base = records.record().checkout.base;
const treeHash = base.treeHash;
const found = (
  record: RunRecord,
  where = record.id,
  targets = record.targets.map(({ target }) => target),
): FoundRun => ({
  where,
  record,
  targets,
});
const cell = (more: Partial<Cell> = {}): Cell => ({
  id: 'zombie-2.7-host',
  recipes: [{ id: 'remove-zombieframe', params: { abi: 'drop-field' } }],
  checkout: { dir: '.', treeHash, pythonVersion: '2.7.18' },
  target: 'host',
  state: 'run',
  args: ['run'],
  ...more,
});
const merge = (runs: readonly FoundRun[], cells?: readonly Cell[], gates = '') =>
  mergeRuns(runs, [], {
    plan: cells === undefined ? undefined : planOf(cells),
    gates: parseGates(gates, 'fail-on'),
  });
const states = (merged: ReturnType<typeof merge>) => merged.cells.map(({ target, state }) => `${target} ${state}`);

test('a run of two targets is two rows, each with its own target alone', () => {
  const merged = merge([found(records.twoTargets())]);
  expect(states(merged)).toEqual(['host ok', 'ps3-linux ok']);
  for (const { target, record } of merged.cells) expect(record?.targets.map((one) => one.target)).toEqual([target]);
  expect(merged.ok).toBe(true);
});

describe('with a plan', () => {
  const cells = [
    cell(),
    cell({ id: 'ps3', target: 'ps3-linux' }),
    cell({ id: 'arm', target: 'linux-arm64', state: 'target-refuses', why: 'nobody has tried it' }),
  ];
  test('every cell is a row, in the order of the plan, run or not', () => {
    const merged = merge([found(records.everythingFine())], cells);
    expect(states(merged)).toEqual(['host ok', 'ps3-linux missing', 'linux-arm64 target-refuses']);
    expect(merged.cells[1]?.why).toBe('no run of it was given');
    expect(merged.cells[2]?.why).toBe('nobody has tried it');
    expect(merged.ok).toBe(false);
  });
  test('what was not to be run is no fault', () => {
    expect(merge([found(records.twoTargets())], cells).ok).toBe(true);
    expect(merge([found(records.twoTargets())], [...cells, cell({ id: 'd', target: 'x', state: 'drifted' })]).ok).toBe(
      false,
    );
  });
  test('a run of other sources, parameters or recipes is not the cell’s, and is told', () => {
    const other = (more: Partial<RunRecord>) => merge([found(records.record(more))], [cell()]);
    const checkout = { ...records.record().checkout, base: { ...base, treeHash: 'f'.repeat(64) } };
    const patches = [records.patch({ params: { abi: 'keep-field' } })];
    for (const more of [{ checkout }, { patches }, { patches: [] }]) {
      const merged = other(more);
      expect(states(merged)).toEqual(['host missing', 'host ok']);
      expect(merged.notes.join()).toContain('in no cell of the plan');
    }
  });
  test('two recipes in another order are another change', () => {
    const [a, b] = [records.patch(), records.patch({ recipe: { ...records.patch().recipe, id: 'b' }, params: {} })];
    const of = (...patches: readonly (typeof a)[]) => patches.map(({ recipe, params }) => ({ id: recipe.id, params }));
    const merged = merge(
      [found(records.record({ patches: [a, b] }))],
      [cell({ id: 'ab', recipes: of(a, b) }), cell({ id: 'ba', recipes: of(b, a) })],
    );
    expect(merged.cells.map(({ id, state }) => [id, state])).toEqual([
      ['ab', 'ok'],
      ['ba', 'missing'],
    ]);
  });
  test('a clean commit is known by its name, a dirty one is not', () => {
    const commit = 'c'.repeat(40);
    const git = (dirty: boolean) =>
      records.record({
        checkout: {
          ...records.record().checkout,
          base: { kind: 'git', commit, describe: '', dirty, treeHash: 'e'.repeat(64) },
        },
      });
    const planned = [cell({ checkout: { dir: '.', refs: ['v1'], commit } })];
    expect(states(merge([found(git(false))], planned))).toEqual(['host ok']);
    expect(states(merge([found(git(true))], planned))).toEqual(['host missing', 'host ok']);
  });
});

test('of several runs of a cell: a finished one, the one that measured more, the newest; the others are named', () => {
  const at = (id: string, day: number, more: Partial<RunRecord> = {}) =>
    found(records.record({ id, finishedAt: `2030-01-0${day}T00:00:00Z`, ...more }));
  const { speed: _, ...unmeasured } = records.target();
  const runs = [
    at('old', 1),
    at('new', 2),
    at('stopped', 4, { state: 'stopped' }),
    at('less', 3, { targets: [unmeasured] }),
  ];
  for (const order of [runs, [...runs].reverse()]) {
    const merged = merge(order);
    expect(merged.cells.map(({ where }) => where)).toEqual(['new']);
    expect(merged.notes[0]).toContain('was run 4 times: new is counted, not old, less, stopped');
  }
});

test('the same run twice is one', () => {
  const merged = merge([found(records.record(), 'folder'), found(records.record(), 'same.zip: x')]);
  expect(merged.cells).toHaveLength(1);
  expect(merged.notes).toEqual(['same.zip: x is the same run as folder.']);
});

test.each([
  ['stopped', records.record({ state: 'stopped' }), 'host broken', 'the run was stopped before its end'],
  ['failed', records.record({ state: 'failed', targets: [] }), 'host broken', 'the run was broken off'],
  ['still running', records.record({ state: 'running' }), 'host broken', 'the run is still going on'],
  ['drifted', records.drifted(), 'host drifted', 'load not guarded, Objects/frameobject.c:797'],
  ['not applicable', records.notApplicable(), 'host not-applicable', 'co_zombieframe was removed upstream in 3.11'],
  ['no build', records.buildFailed(), 'host no', 'the patched one does not build'],
])('a run that %s', (_, record, state, why) => {
  const merged = merge([found(record, 'x', ['host'])]);
  expect(states(merged)).toEqual([state]);
  expect(merged.cells[0]?.why).toContain(why);
});

test('gates are asked of each row alone', () => {
  expect(states(merge([found(records.twoTargets())], undefined, 'growth>+1k'))).toEqual(['host ok', 'ps3-linux ok']);
  const slow = records.record({
    targets: [
      records.target({ speed: records.speed(1, 0.001, { geometricMean: { ratio: 1.05, low: 1.04, high: 1.06 } }) }),
    ],
  });
  const merged = merge([found(slow)], undefined, 'regression>2%');
  expect(states(merged)).toEqual(['host no']);
  expect(merged.cells[0]?.why).toMatch(/^regression>2%: /);
});

test('machines get letters; an emulator is a place of its own', () => {
  const other = { ...records.record().machine, cpu: 'Another' };
  const merged = merge([
    found(records.record()),
    found(records.record({ id: 'b', machine: other, targets: [records.target({ target: 'b' })] })),
    found(records.record({ id: 'c', targets: [records.target({ target: 'c', elsewhere: 'under Wine' })] })),
    found(records.record({ id: 'd', targets: [records.target({ target: 'd' })] })),
  ]);
  expect(merged.cells.map(({ machine }) => machine)).toEqual(['A', 'B', 'C', 'A']);
  expect(merged.machines[2]?.description).toBe('under Wine');
});

test('runs of several versions of Forkwright are told', () => {
  expect(merge([found(records.record({ forkwright: '0.9.9' }))], [cell()]).notes.join()).toContain('(0.1.0, 0.9.9)');
});

test('nothing is not ok of nothing', () => {
  expect(merge([]).cells).toEqual([]);
  expect(mergeRuns([], [{ where: 'x', why: 'torn' }]).ok).toBe(false);
});

describe('a recipe that somebody has changed', () => {
  const [patch] = records.record().patches;
  const hash = patch?.recipe.hash ?? '';
  const recipes = (of: string) => [{ id: 'remove-zombieframe', params: { abi: 'drop-field' }, hash: of }];

  test('between the plan and a run is told; the run still counts', () => {
    const merged = merge([found(records.everythingFine())], [cell({ recipes: recipes('0123456789abcdef') })]);
    expect(states(merged)).toEqual(['host ok']);
    expect(merged.notes).toEqual([
      expect.stringMatching(
        /^The recipe remove-zombieframe is not the same everywhere: sha256:0123456789ab in the plan, /,
      ),
    ]);
  });
  test('between two runs is told, also without a plan', () => {
    const other = records.twoTargets();
    const patches = other.patches.map((one) => ({ ...one, recipe: { ...one.recipe, hash: 'fedcba9876543210' } }));
    const merged = merge([found(records.everythingFine()), found({ ...other, patches, id: 'other' })]);
    expect(merged.notes.filter((note) => note.includes('sha256:fedcba987654'))).toHaveLength(1);
  });
  test('the same text is not worth a word', () => {
    expect(merge([found(records.everythingFine())], [cell({ recipes: recipes(hash) })]).notes).toEqual([]);
  });
});
