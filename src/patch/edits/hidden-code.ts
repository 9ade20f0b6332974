import { tokens } from '../../c/lex.ts';
import type { Range } from '../../c/source.ts';
import { endOf, startOf, type View } from '../../c/view.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import type { Bindings } from '../pattern.ts';
import { problemAtOffset } from './removal.ts';

/**
 * A macro in some code for which the grammar was shown something else, or nothing: what was matched there is not what stands
 * there. What is only left out may be in what a metavariable stands for, which is put in as it stands.
 */
export function hiddenCode(view: View, ranges: readonly Range[], bindings: Bindings): Diagnostic | undefined {
  const [visible, mask] = [view.source.visible(view.assignment), view.source.mask(view.assignment)];
  const bound = boundRanges(view, bindings);
  for (const { start, end } of ranges) {
    for (const t of tokens(visible, start, end)) {
      const [is, shown] = [visible.slice(t.start, t.end), mask.slice(t.start, t.end)];
      if (t.kind === 'comment' || isShown(is, shown)) continue;
      if (shown.trim() === '' && bound.some((b) => b.start <= t.start && t.end <= b.end)) continue;
      const message = `${is} is no part of the pattern here: what it stands for is not known`;
      return problemAtOffset(view, t.start, 'hidden', message, 'change this place by hand');
    }
  }
  return undefined;
}

export function boundRanges(view: View, bindings: Bindings): Range[] {
  return [...bindings.values()].flatMap(({ nodes }) =>
    nodes.map((node) => ({ start: startOf(view, node), end: endOf(view, node) })),
  );
}

/** Whether a token stands for itself, if shortened: macros as statements, types as arguments. */
function isShown(is: string, shown: string): boolean {
  if (is === shown || shown === `${is.slice(0, -1)};` || shown.startsWith('"')) return true;
  return (is === '*' && shown === '_') || (is === '(' && shown === '=');
}
