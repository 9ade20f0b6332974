import { expect, test } from 'vitest';
import type { CpythonTestRow } from '../../src/bench/types.ts';
import type { RunPatch, TargetResult } from '../../src/run/types.ts';
import { runVerdict } from '../../src/run/verdict.ts';

const patch: RunPatch = {
  recipe: { id: 'r', title: 'T', why: 'w', version: '1', hash: 'h' },
  params: {},
  verdict: 'applies',
  insertions: 1,
  deletions: 2,
  files: ['a.c'],
  account: [],
  warnings: [],
};
const target: TargetResult = { target: 'host', title: 'this machine', builds: [], conditionsDiffer: [], limits: [] };
const row = (verdict: CpythonTestRow['verdict']): CpythonTestRow => ({
  test: 'test_gc',
  baseline: 'passed',
  patched: verdict === 'same' ? 'passed' : 'failed',
  onlyBaseline: [],
  onlyPatched: [],
  verdict,
});
const withTests = (verdict: CpythonTestRow['verdict']): TargetResult => ({
  ...target,
  tests: { set: 'quick', rows: [row(verdict)], unexpected: verdict === 'unexpected' ? 1 : 0 },
});

test.each([
  ['everything fine', [patch], [withTests('same')], true],
  ['a declared failure', [patch], [withTests('expected')], true],
  ['a failure that nobody declared', [patch], [withTests('unexpected')], false],
  ['drifted', [{ ...patch, verdict: 'drifted', why: 'x' } satisfies RunPatch], [], false],
  [
    'already applied: there is nothing to compare',
    [{ ...patch, verdict: 'already-applied' } satisfies RunPatch],
    [],
    false,
  ],
  ['does not build', [patch], [{ ...target, buildFailure: [{ code: 'b', message: 'broken' }] }], false],
  ['built under different conditions', [patch], [{ ...target, conditionsDiffer: ['flags'] }], false],
  ['one target of two fails', [patch], [withTests('same'), withTests('unexpected')], false],
] as [string, RunPatch[], TargetResult[], boolean][])('%s', (_, patches, targets, ok) => {
  expect(runVerdict(patches, targets).ok).toBe(ok);
});

test('an unexpected difference is named', () => {
  expect(runVerdict([patch], [withTests('unexpected')]).lines.join('\n')).toContain('test_gc');
});
