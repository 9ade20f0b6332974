import { expect, test } from 'vitest';
import type { CpythonTestComparison } from '../../src/bench/types.ts';
import { testsAnswer } from '../../src/report/answers.ts';

const comparison = (...outcomes: readonly ('passed' | 'failed')[]): CpythonTestComparison =>
  ({
    unexpected: 0,
    rows: outcomes.map((outcome, i) => ({ test: `test_${i}`, baseline: outcome, patched: outcome, verdict: 'same' })),
  }) as unknown as CpythonTestComparison;

test('what fails on both is named, and is no failure of the patch', () => {
  expect(testsAnswer(comparison('passed', 'failed'))).toMatchObject({
    tone: 'good',
    short: 'pass as before (2 of 2)',
    more: ['test_1 fails on both.'],
  });
});

test('where nothing passes on either, the two are equal and nothing is known', () => {
  expect(testsAnswer(comparison('failed', 'failed'))).toMatchObject({
    tone: 'attention',
    short: 'none of 2 passes, on either',
  });
});
