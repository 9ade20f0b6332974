import { describe, expect, test } from 'vitest';
import type { SyntaxCheck } from '../../../src/builds/check-syntax.ts';
import { generateSeries } from '../../../src/patch/index.ts';
import type { Proofs } from '../../../src/review/model/evidence.ts';
import { reviewOfResult, sectionOf } from '../../../src/review/model/from-series.ts';
import type { ReviewHunk } from '../../../src/review/types.ts';
import { memoryTree } from '../../patch/memory-tree.ts';
import { recipeOf } from '../../patch/recipes.ts';

const RECIPE = `id: t
title: A title
why: A reason
cpython: ">=2.5"
files: ["a.c", "b.c"]
edits:
  - set-define: {name: MAX, value: 0, why: the first}
  - fold: {if: "$C->zf == NULL", is: false, why: the second}
  - drop-statement: {match: "gone($X);", why: the third}
  - set-define: {name: LATER, value: 1, versions: ">=3.10", why: the fourth}
expect:
  gone: [gone]
`;
const far = Array.from({ length: 12 }, (_, i) => `static int filler_${i};`).join('\n');
const A = `#define MAX 9\n${far}\n\nstatic void\nf(O *co)\n{\n    if (co->zf == NULL)\n        co->zf = f;\n    else if (n < MAX)\n        n++;\n}\n`;
const B = '#ifdef WITH_X\nvoid g(void)\n{\n    keep(1);\n    gone(2);\n}\n#endif\n';

async function reviewed(files: Record<string, string>, proofs: Proofs = {}) {
  const [made] = await generateSeries([{ recipe: recipeOf(RECIPE), params: {} }], memoryTree(files));
  if (made === undefined) throw new Error('no result');
  return reviewOfResult(made, proofs);
}

describe('a recipe that applies', () => {
  test('each hunk has the edits that made it, and the function that it lies in', async () => {
    const patch = await reviewed({ 'a.c': A, 'b.c': B });
    expect(patch.files.flatMap((f) => f.hunks.map((h) => [f.path, h.oldStart, h.section, h.edits]))).toEqual([
      ['a.c', 1, '', [0]],
      ['a.c', 15, 'f(O *co)', [1]],
      ['b.c', 2, 'void g(void)', [2]],
    ]);
    expect(patch.edits.map(({ why, outcome }) => [why, outcome])).toEqual([
      ['the first', 'applied'],
      ['the second', 'applied'],
      ['the third', 'applied'],
      ['the fourth', 'not-for-this-version'],
    ]);
  });

  test('two edits in one hunk are both named', async () => {
    const patch = await reviewed({ 'a.c': A.replace(`${far}\n`, ''), 'b.c': B });
    expect(patch.files[0]?.hunks.map((h) => h.edits)).toEqual([[0, 1]]);
  });

  test('whole contents come along, decoded', async () => {
    const patch = await reviewed({ 'a.c': A, 'b.c': `/* \xe9 */\n${B}` });
    const file = patch.files[1];
    expect(file?.encoding).toBe('latin-1');
    expect(file?.contents?.before.startsWith('/* é */')).toBe(true);
    expect(file?.contents?.after).not.toContain('gone(2)');
  });

  test('the ladder says what was proven, and what was not', async () => {
    const patch = await reviewed({ 'a.c': A, 'b.c': B });
    expect(patch.evidence.map(({ step, verdict }) => `${step}: ${verdict}`)).toEqual([
      'matched: passed',
      'gone: passed',
      'parses: passed',
      'idempotent: passed',
      'reverses: passed',
      'compiles: not-done',
      'builds: not-done',
      'tests: not-done',
    ]);
    expect(patch.evidence.find(({ step }) => step === 'parses')?.detail).toContain('WITH_X');
  });

  test.each([
    ['fine', 'passed'],
    ['worse', 'failed'],
    ['not-checkable', 'not-done'],
  ] as const)('compiled: %s is %s', async (verdict, expected) => {
    const syntax: SyntaxCheck[] = [{ file: 'a.c', defines: ['NDEBUG'], verdict, problems: [] }];
    const patch = await reviewed({ 'a.c': A, 'b.c': B }, { syntax });
    expect(patch.evidence.find(({ step }) => step === 'compiles')?.verdict).toBe(expected);
  });

  test('what a run said is the top of the ladder', async () => {
    const proofs = { builds: { passed: true, detail: 'on host' }, tests: { passed: false, detail: 'no' } };
    const patch = await reviewed({ 'a.c': A, 'b.c': B }, proofs);
    expect(patch.evidence.slice(-2).map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['passed', 'on host'],
      ['failed', 'no'],
    ]);
  });
});

test('a recipe that drifted comes with its problems and no patch', async () => {
  const patch = await reviewed({ 'a.c': A.replace('co->zf == NULL', 'other()'), 'b.c': B });
  expect(patch).toMatchObject({ verdict: 'drifted', files: [], evidence: [] });
  expect(patch.problems.length).toBeGreaterThan(0);
  expect(patch.reason).toBeTruthy();
});

test('one that is not for this tree says why', async () => {
  const patch = await reviewed({ 'c.c': 'int x;\n' });
  expect(patch).toMatchObject({ verdict: 'not-applicable', files: [] });
  expect(patch.reason).toBeTruthy();
});

test.each([
  ['x.c', 'int a;\nint\nf(void)\n{\n  x;\nlabel:\n  y;\n', 7, 'f(void)'],
  ['x.py', 'class A:\n    def f(self):\n        x = 1\n        y = 2\n', 4, 'def f(self):'],
  ['x.py', 'import a\nx = 1\n', 2, ''],
])('the section of %s', (path, text, oldStart, section) => {
  const hunk: ReviewHunk = { oldStart, oldLines: 1, newStart: 1, newLines: 1, section: '', rows: [], edits: [] };
  expect(sectionOf(path, text, hunk)).toBe(section);
});
