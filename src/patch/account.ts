import type { CompiledEdit, SkippedEdit } from './compile.ts';
import type { FileFindings } from './file-findings.ts';
import type { EditAccount } from './types.ts';

/** How often an edit has matched, and how often the place was already as wanted. */
export interface Tally {
  readonly edit: CompiledEdit;
  readonly found: number;
  readonly done: number;
}

export function tally(edits: readonly CompiledEdit[], findings: readonly FileFindings[]): Tally[] {
  const matches = findings.flatMap((f) => f.matches);
  return edits.map((edit) => ({
    edit,
    found: matches.filter((m) => m.edit === edit.index && !m.done).length,
    done: matches.filter((m) => m.edit === edit.index && m.done).length,
  }));
}

/** `exactly once`, `2 to 3 times`. */
export function timesText(edit: CompiledEdit): string {
  const times = (n: number) => (n === 1 ? 'once' : `${n} times`);
  if (edit.min === edit.max) return `exactly ${times(edit.min)}`;
  if (edit.max === Number.POSITIVE_INFINITY)
    return edit.min === 0 ? 'any number of times' : `at least ${times(edit.min)}`;
  return `${edit.min} to ${times(edit.max)}`;
}

/** Edit by edit: what it looked for, found, where, and what was decided. Sorted as in the recipe. */
export function accounts(
  tallies: readonly Tally[],
  skipped: readonly SkippedEdit[],
  findings: readonly FileFindings[],
): EditAccount[] {
  const out: EditAccount[] = skipped.map((s) => ({
    edit: s.index,
    kind: s.kind,
    looksFor: '',
    why: s.why,
    found: [],
    outcome: 'not-for-this-version',
    reason: s.reason,
  }));
  for (const { edit, found, done } of tallies) {
    const places = findings.flatMap((f) =>
      f.matches
        .filter((m) => m.edit === edit.index)
        .map((m) => ({ file: f.path, line: m.line, text: m.text, decision: m.decision })),
    );
    const fits = edit.configure !== undefined || (found >= edit.min && found <= edit.max);
    const count = found === 1 ? 'once' : `${found} times`;
    out.push({
      edit: edit.index,
      kind: edit.kind,
      looksFor: edit.looksFor,
      why: edit.why,
      found: places,
      outcome: fits
        ? found > 0 || edit.configure !== undefined
          ? 'applied'
          : 'nothing-to-do'
        : done > 0
          ? 'nothing-to-do'
          : 'failed',
      reason:
        edit.configure !== undefined
          ? 'asked of configure'
          : found === 0 && done > 0
            ? 'already as wanted'
            : `found ${found === 0 ? 'nowhere' : count}, expected ${timesText(edit)}`,
    });
  }
  return out.sort((a, b) => a.edit - b.edit);
}
