import { printableLine } from '../../document/printable.ts';
import { blockLines } from '../../document/terminal/blocks.ts';
import { wrap } from '../../document/terminal/columns.ts';
import { checksTable, foundBlocks } from '../blocks.ts';
import type { ReviewCheck } from '../types.ts';
import { IN_FULL, type Style } from './style.ts';

/** Of findings of a check, and of rows of a table. */
const MOST = 40;

/** What the checks say, a line each; then the findings and tables of those that have any. */
export function checkLines(checks: readonly ReviewCheck[], style: Style): string[] {
  if (checks.length === 0) return [];
  const title = style.bold('What a reviewer would look at');
  return ['', title, ...blockLines(checksTable(checks), style), ...checks.flatMap((check) => foundLines(check, style))];
}

function foundLines(check: ReviewCheck, style: Style): string[] {
  const lines = foundBlocks(check, MOST, IN_FULL).flatMap((block) => blockLines(block, style));
  return lines.length === 0 ? [] : ['', ...wrap(printableLine(check.title), style.width).map(style.bold), ...lines];
}
