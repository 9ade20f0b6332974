import { atOnce, type Steps } from '../../system/breathe.ts';
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
export const renderReviewTerminal = (review: Review, style: TerminalStyle): string => atOnce(reviewText(review, style));

/** As `renderReviewTerminal`, a file a step. */
export function* reviewText(review: Review, style: TerminalStyle): Steps<string> {
  const how = reviewStyle(style);
  const patches: string[][] = [];
  for (const patch of review.patches) patches.push(['', ...(yield* patchLines(patch, how))]);
  const lines = [
    ...headLines(review, how),
    ...checkLines(review.checks, how),
    ...comparisonLines(review.comparison, how),
    ...patches.flat(),
  ];
  return `${lines.join('\n')}\n`;
}
