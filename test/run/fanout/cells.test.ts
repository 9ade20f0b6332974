import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GenerateResult } from '../../../src/patch/types.ts';
import { cellSchema, planSchema } from '../../../src/run/fanout/types.ts';
import { cellsOf, commit, named, planOf, target, tree } from './plans.ts';

test('recipes × trees × targets, those with one baseline beside each other', () => {
  const cells = cellsOf();
  expect(cells.map(({ id }) => id)).toEqual([
    'a-v2.7.18-host',
    'b-v2.7.18-host',
    'a-v2.7.18-other',
    'b-v2.7.18-other',
    'a-v3.9.2-host',
    'b-v3.9.2-host',
    'a-v3.9.2-other',
    'b-v3.9.2-other',
  ]);
  const keys = cells.map(({ baseline }) => baseline);
  for (let i = 0; i < 8; i += 2) expect(keys[i]).toBe(keys[i + 1]);
  expect(new Set(keys).size).toBe(4);
});

test('a cell says all of itself: the commit, not the name, and no word that could be another option', () => {
  const [cell] = cellsOf({ recipes: [{ ...named('a', './my b.yaml'), args: ['--param=a.x=-1'] }] });
  expect(cell?.args).toEqual([
    'run',
    '--checkout=../cpython',
    `--ref=${commit(1)}`,
    '--target=host',
    '--param=a.x=-1',
    '--quick',
    '--out=runs/a+._my_b.yaml-v2.7.18-host',
    '--',
    'a',
    './my b.yaml',
  ]);
});

test('a baseline is another for another tree, target, version of Forkwright or build option, and for no other option', () => {
  const key = (more: Parameters<typeof cellsOf>[0]) => cellsOf(more)[0]?.baseline;
  const own = key({});
  expect(key({ args: ['--pairs=30'], out: 'elsewhere', recipes: [named('z')] })).toBe(own);
  for (const other of [
    { forkwright: '0.2.0' },
    { buildArgs: ['--pgo'] },
    { targets: [target('third')] },
    { trees: [tree(9, '2.7.18', 'v2.7.18')] },
  ]) {
    expect(key(other), JSON.stringify(other)).not.toBe(own);
  }
});

const result = (verdict: string, more: object) => ({ verdict, account: [], ...more }) as unknown as GenerateResult;
const problems = [
  { code: 'x', message: 'the load is not guarded', place: { file: 'Objects/frameobject.c', line: 797 } },
];

test.each([
  ['applies', [result('applies', {})], 'run', undefined],
  ['not applicable', [result('not-applicable', { why: 'it is gone' })], 'not-applicable', 'it is gone'],
  ['applied', [result('already-applied', { why: 'it is there' })], 'already-applied', 'it is there'],
  [
    'drift, with its place',
    [result('drifted', { problems })],
    'drifted',
    'Objects/frameobject.c:797: the load is not guarded',
  ],
  [
    'of several the worst, and whose it is',
    [result('not-applicable', { why: 'no' }), result('conflict', { problems })],
    'conflict',
    'b: Objects/frameobject.c:797: the load is not guarded',
  ],
])('%s', (_, results, state, why) => {
  const [cell] = cellsOf({ recipes: [results.length > 1 ? named('a', 'b') : named('a')], resultOf: () => results });
  expect(cell).toMatchObject({ state });
  expect(cell?.why).toBe(why);
  expect(cell?.baseline === undefined).toBe(state !== 'run');
});

test('what a target refuses, and what is no CPython, is known before a machine is asked', () => {
  const [refused] = cellsOf({ targets: [target('new', '>=3.11')] });
  expect(refused).toMatchObject({ state: 'target-refuses', why: expect.stringContaining('2.7.18') });
  const [none] = cellsOf({ trees: [{ dir: '.', refs: ['gh-pages'], why: 'it has no Include/patchlevel.h' }] });
  expect(none).toMatchObject({ state: 'no-tree', why: 'it has no Include/patchlevel.h' });
});

test('a folder as it is goes by its name', () => {
  const folder = { ...tree(1, '3.9.2'), dir: '../src/Python-3.9.2/', refs: undefined };
  const { refs: _, ...plain } = folder;
  const [cell] = cellsOf({ trees: [plain] });
  expect(cell?.id).toBe('a-Python-3.9.2-host');
  expect(cell?.args).not.toContain(`--ref=${commit(1)}`);
});

test('whatever refs and recipes are called, ids are plain, short and no two the same, without regard to case', () => {
  const name = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('A', 'a', '../..', '$(x)', 'v1/2', 'v1_2', '-rf'));
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), fc.array(name, { minLength: 1 }), (refs, ids) => {
      const cells = cellsOf({
        trees: refs.map((ref, i) => tree(i, '3.9.2', ref)),
        recipes: ids.map((id) => named(id)),
      });
      for (const cell of cells) cellSchema.parse(cell);
      expect(new Set(cells.map(({ id }) => id.toLowerCase())).size).toBe(cells.length);
      expect(planSchema.parse(JSON.parse(JSON.stringify(planOf(cells))))).toEqual(planOf(cells));
    }),
  );
});
