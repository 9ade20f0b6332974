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

test('of a series one that does not apply is left out for those after it', () => {
  expect(appliesTo('tree', true, 0, []).detail).toBe('tree, by git apply without fuzz');
  expect(appliesTo('tree', false, 1, []).verdict).toBe('failed');
  expect(appliesTo('tree', true, 1, ['a.patch']).detail).toBe(
    'tree, by git apply without fuzz, without a.patch, which does not apply',
  );
  expect(appliesTo('tree', true, 2, ['a.patch'])).toMatchObject({
    verdict: 'passed',
    detail: 'tree, by git apply without fuzz, after those before it, without a.patch, which does not apply',
  });
});

test('a file alone is not OK because nothing wrong was found in its lines; what applies to a tree is', () => {
  expect(toneOf(review([]))).toBe('plain');
  expect(toneOf(review([appliesTo('tree', true, 0, [])]))).toBe('good');
  expect(toneOf(review([appliesTo('tree', false, 0, [])]))).toBe('bad');
});
