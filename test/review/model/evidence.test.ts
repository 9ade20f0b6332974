import { expect, test } from 'vitest';
import { appliesTo } from '../../../src/review/model/evidence.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import type { Review, ReviewEvidence } from '../../../src/review/types.ts';
import { toneOf } from '../../../src/review/words.ts';

const TEXT = '--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n';
const CHECK = { id: 'refcounts', title: 'r', verdict: 'fine', summary: 's', findings: [], tables: [] } as const;
const review = (evidence: readonly ReviewEvidence[]): Review => ({
  schemaVersion: 1,
  title: 't',
  patches: readPatchText(TEXT, { file: 'a.patch' }).map((patch) => ({ ...patch, evidence })),
  checks: [CHECK],
});

test('of a series those before the one that fails apply, those after it were not tried', () => {
  expect([0, 1, 2].map((i) => appliesTo('tree', i, 1).verdict)).toEqual(['passed', 'failed', 'not-done']);
  expect(appliesTo('tree', 2).verdict).toBe('passed');
});

test('a file alone is not OK because nothing wrong was found in its lines; what applies to a tree is', () => {
  expect(toneOf(review([]))).toBe('plain');
  expect(toneOf(review([appliesTo('tree', 2, 1)]))).toBe('plain');
  expect(toneOf(review([appliesTo('tree', 0)]))).toBe('good');
  expect(toneOf(review([appliesTo('tree', 0, 0)]))).toBe('bad');
});
