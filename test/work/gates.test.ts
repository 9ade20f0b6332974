import { expect, test } from 'vitest';
import type { RunRecord, TargetResult } from '../../src/run/types.ts';
import { runExitCode } from '../../src/work/gates.ts';

const target = (more: Partial<TargetResult>): TargetResult => ({
  target: 'host',
  title: 'this machine',
  builds: [],
  conditionsDiffer: [],
  limits: [],
  ...more,
});
const record = (ok: boolean, targets: readonly TargetResult[]) =>
  ({ verdict: { ok, lines: [] }, targets }) as unknown as RunRecord;
const broken = [{ code: 'build/compile-error', message: 'broken' }];
const baseline = [{ variant: 'baseline', hit: false, build: {} }] as unknown as TargetResult['builds'];

test.each([
  ['all is well', record(true, [target({ builds: baseline })]), 0],
  ['the answer is no', record(false, [target({ builds: baseline })]), 1],
  ['only the patched tree does not build', record(false, [target({ builds: baseline, buildFailure: broken })]), 1],
  ['not even the baseline builds', record(false, [target({ buildFailure: broken })]), 2],
  ['no recipe applies', record(false, []), 1],
])('%s', (_, run, exitCode) => {
  expect(runExitCode(run)).toBe(exitCode);
});
