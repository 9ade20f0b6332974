import type { Variant } from '../../builds/types.ts';
import { least, mean } from '../statistics/quantile.ts';
import type { SampleProblem, TestRow } from '../types.ts';
import type { TestTimes } from './ratios.ts';
import { type Evidence, judge, type Rules } from './verdict.ts';

/**
 * The row of one test. A problem on any side makes it `missing` or `failed`, whatever else was measured:
 * nothing is dropped, and no figure hides it.
 */
export function testRow(
  test: string,
  evidence: (Evidence & { readonly p: number }) | undefined,
  rules: Rules,
  problems: readonly SampleProblem[],
  times: TestTimes | undefined,
  declared: 'faster' | 'slower' | undefined,
): TestRow {
  const { median = 0, low = 0, high = 0, p, q, pairs = 0 } = evidence ?? {};
  const estimate = { ratio: Math.exp(median), low: Math.exp(low), high: Math.exp(high) };
  const figures = evidence === undefined ? { pairs } : { estimate, p, q, pairs };
  const common = { test, ...figures, ...milliseconds(times), declared };
  if (problems.length > 0) {
    const verdict = problems.every(({ kind }) => kind === 'missing') ? 'missing' : 'failed';
    return { ...common, verdict, note: describe(problems) };
  }
  const note = times?.note === undefined ? {} : { note: times.note };
  if (evidence === undefined) return { ...common, verdict: 'missing', note: 'no whole pair was measured' };
  return { ...common, ...judge(evidence, rules), ...note };
}

/** One sentence a variant; the same trouble on all of them is said once. */
function describe(problems: readonly SampleProblem[]): string {
  const grouped = Map.groupBy(problems, ({ kind, message }) => `${kind === 'timeout' ? 'hangs: ' : ''}${message}`);
  return [...grouped]
    .map(([message, own]) => `${[...new Set(own.map(({ variant }) => variant))].join(', ')}: ${message}`)
    .join('; ');
}

function milliseconds(times: TestTimes | undefined) {
  const of = (variant: Variant) => times?.byVariant.get(variant)?.flatMap(({ blocks }) => blocks) ?? [];
  const baseline = of('baseline').map((seconds) => seconds * 1000);
  const patched = of('patched').map((seconds) => seconds * 1000);
  return {
    ...(baseline.length === 0 ? {} : { minBaselineMs: least(baseline), avgBaselineMs: mean(baseline) }),
    ...(patched.length === 0 ? {} : { minPatchedMs: least(patched), avgPatchedMs: mean(patched) }),
  };
}
