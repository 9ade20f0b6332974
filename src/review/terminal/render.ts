import type { Review } from '../types.ts';
import { checkLines } from './checks.ts';
import { comparisonLines } from './comparison.ts';
import { headLines } from './head.ts';
import { patchLines } from './patch.ts';
import { reviewStyle, type TerminalStyle } from './style.ts';

/**
 * The review on a terminal or in a pager: what it comes to and what was verified, what changed since, what the checks
 * found, then the patches. No cursor movement; each line closes the colours that it opens. Ends with a line end.
 * @param style `width` in columns; below 40 the terminal wraps by itself.
 */
export function renderReviewTerminal(review: Review, style: TerminalStyle): string {
  const how = reviewStyle(style);
  const lines = [
    ...headLines(review, how),
    ...checkLines(review.checks, how),
    ...comparisonLines(review.comparison, how),
    ...review.patches.flatMap((patch) => ['', ...patchLines(patch, how)]),
  ];
  return `${lines.join('\n')}\n`;
}
