import { type Gate, type GateResult, judgeGates } from '../run/gates/index.ts';
import type { RunRecord } from '../run/types.ts';

/** What a run comes to: with gates it is they alone that say no; without any its own verdict (`runExitCode`). */
export function judged(record: RunRecord, gates: readonly Gate[]) {
  const own = runExitCode(record);
  const results = judgeGates(record, gates);
  if (gates.length === 0 || own === 2) return { results, exitCode: own };
  return { results, exitCode: results.every(({ passed }) => passed) ? (0 as const) : (1 as const) };
}

/** `✗ regression>2% on host: slower by …`, a line a gate. */
export function gateLines(results: readonly GateResult[]): readonly string[] {
  return results.map(({ gate, target, passed, judged, why }) => {
    const sign = passed ? (judged ? '✓' : '–') : '✗';
    return `${sign} ${gate}${target === undefined ? '' : ` on ${target}`}: ${why}`;
  });
}

/** 1 when the answer is no; 2 when not even the baseline builds here, which says nothing about the change. */
export function runExitCode(record: RunRecord): 0 | 1 | 2 {
  if (record.verdict.ok) return 0;
  const withoutBaseline = record.targets.some(
    (target) => target.buildFailure !== undefined && !target.builds.some(({ variant }) => variant === 'baseline'),
  );
  return withoutBaseline ? 2 : 1;
}
