import type { CompiledEdit, SkippedEdit } from './compile.ts';
import type { FileFindings, Match } from './file-findings.ts';
import type { EditAccount } from './types.ts';

/** How often an edit has matched, and how often the place was already as wanted. */
export interface Tally {
  readonly edit: CompiledEdit;
  readonly found: number;
  /** How many of those found are in the recipe's own files. */
  readonly own: number;
  readonly done: number;
  /** Another edit for the same thing has matched, or is made: this one's shape is not the tree's. */
  readonly otherShape: boolean;
}

/** @param included findings in files that the user has named beside the recipe's own: there may be any number of them. */
export function tally(
  edits: readonly CompiledEdit[],
  own: readonly FileFindings[],
  included: readonly FileFindings[],
): Tally[] {
  const count = (findings: readonly FileFindings[], edit: CompiledEdit, done: boolean) =>
    findings.flatMap((f) => f.matches).filter((m) => m.edit === edit.index && m.done === done).length;
  const tallies = edits.map((edit) => {
    const inOwn = count(own, edit, false);
    const isMine = (m: Match) => m.edit === edit.index && m.done && !m.noted;
    const noted = count(own, edit, true) - own.flatMap((f) => f.matches).filter(isMine).length;
    return {
      edit,
      found: inOwn + count(included, edit, false),
      own: inOwn,
      // Less than the edit makes is there by chance.
      done: count(own, edit, true) + count(included, edit, true) - (noted < edit.min ? noted : 0),
    };
  });
  return tallies.map((mine) => {
    const matched = mine.found + mine.done > 0;
    const shape = mine.edit.shapeOf;
    const others = tallies.filter((t) => t !== mine && t.edit.shapeOf === shape && t.found + t.done > 0);
    return { ...mine, otherShape: shape !== undefined && !matched && others.length > 0 };
  });
}

/** Whether an edit changes no text itself: it asks for something of the build. */
export const isAsked = ({ configure, make }: CompiledEdit): boolean => configure !== undefined || make !== undefined;

/** Whether an edit has matched as often as it must. */
export function isAsDeclared({ edit, found, own, otherShape }: Tally): boolean {
  return isAsked(edit) || otherShape || (found >= edit.min && own <= edit.max);
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
  for (const tallied of tallies) {
    const { edit, found, done } = tallied;
    const places = findings.flatMap((f) =>
      f.matches
        .filter((m) => m.edit === edit.index && !(m.noted && found > 0))
        .map((m) => ({ file: f.path, line: m.line, text: m.text, decision: m.decision })),
    );
    const fits = isAsDeclared(tallied);
    const count = found === 1 ? 'once' : `${found} times`;
    out.push({
      edit: edit.index,
      kind: edit.kind,
      looksFor: edit.looksFor,
      why: edit.why,
      found: places,
      outcome: fits
        ? found > 0 || isAsked(edit)
          ? 'applied'
          : 'nothing-to-do'
        : done > 0
          ? 'nothing-to-do'
          : 'failed',
      reason:
        edit.configure !== undefined
          ? 'asked of configure'
          : edit.make !== undefined
            ? 'asked of make'
            : found === 0 && done > 0
              ? 'already as wanted'
              : tallied.otherShape
                ? 'the tree has another shape of it'
                : `found ${found === 0 ? 'nowhere' : count}, expected ${timesText(edit)}`,
    });
  }
  return out.sort((a, b) => a.edit - b.edit);
}
