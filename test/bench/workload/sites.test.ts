import { expect, test } from 'vitest';
import { foldSites, readFunctions, readSites, stackDifferences } from '../../../src/bench/workload/sites.ts';

const functions = readFunctions(
  [
    'PyObject_Malloc T 1000 100',
    '_PyObject_GC_New T 1100 100',
    'PyList_New T 1200 100',
    'list_repeat.constprop.0 t 1300 100',
    '_PyEval_EvalFrameDefault T 1400 1000',
    'PyList_Type D 9000 100',
    'a_label T 9500 0',
  ].join('\n'),
);
const BIAS = 0x50000;
const at = (...offsets: readonly number[]) => offsets.map((offset) => BIAS + offset);
const fold = (sites: readonly (readonly number[])[]) =>
  foldSites(
    readSites(
      [
        `module ${BIAS} /usr/bin/python`,
        `module ${0x900000} /tmp/with space/counter.so`,
        ...sites.map((site) => `site ${site.join(' ')}`),
        '',
      ].join('\n'),
    ),
    '/tmp/with space/counter.so',
    (file) => (file === '/usr/bin/python' ? functions : []),
  );

test('a stack begins with who asked and ends with who runs the program; the counter and the allocators are not told', () => {
  const folded = fold([
    [480, 6, 0x900010, ...at(0x1050, 0x1150, 0x1250, 0x1350, 0x1450, 0x1450)],
    [20, 1, 0x900010, ...at(0x1050, 0x1150, 0x1250, 0x1350, 0x1460)],
  ]);
  expect([...folded]).toEqual([['PyList_New\nlist_repeat\n_PyEval_EvalFrameDefault', { bytes: 500, blocks: 7 }]]);
});

test('a return address behind the last call of a function belongs to it, and to no other', () => {
  expect([...fold([[8, 1, ...at(0x1300)]]).keys()]).toEqual(['PyList_New']);
});

test('what has no name is told by its file, and a stack that could not be walked as not known', () => {
  expect([
    ...fold([
      [8, 1, ...at(0x8000, 0x1250)],
      [99, 3],
    ]),
  ]).toEqual([
    ['(python)\nPyList_New', { bytes: 8, blocks: 1 }],
    ['(not known)', { bytes: 99, blocks: 3 }],
  ]);
});

test('differences are those of both sides, the largest first; what is the same is none', () => {
  const side = (rows: Readonly<Record<string, number>>) =>
    new Map(Object.entries(rows).map(([key, bytes]) => [key, { bytes, blocks: 1 }]));
  const found = stackDifferences(side({ same: 10, grew: 10, gone: 50 }), side({ same: 10, grew: 110, fresh: 1 }));
  expect(found.map(({ stack, baseline, patched }) => [stack.join(), baseline.bytes, patched.bytes])).toEqual([
    ['grew', 10, 110],
    ['gone', 50, 0],
    ['fresh', 0, 1],
  ]);
});
