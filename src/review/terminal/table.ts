import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { printableLine } from '../../document/printable.ts';
import { pad } from '../../document/terminal/columns.ts';
import type { Style } from './style.ts';

/** Longer tables than this are for the page: what is left out is counted. */
const MOST_ROWS = 40;
const NARROWEST = 8;
const GAP = '  ';

/** Columns as wide as they need; where that is too wide, the widest wrap. Nothing is cut. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  indent: string,
): string[] {
  const shown = rows.slice(0, MOST_ROWS).map((row) => head.map((_, i) => printableLine(row[i] ?? '')));
  const titles = head.map(printableLine);
  const widths = titles.map((title, i) =>
    Math.max(1, stringWidth(title), ...shown.map((row) => stringWidth(row[i] ?? ''))),
  );
  const room = style.width - indent.length - GAP.length * (widths.length - 1);
  for (let over = sum(widths) - room; over > 0; over = sum(widths) - room) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const line = (cells: readonly string[]) => {
    const wrapped = cells.map((cell, i) => wrapAnsi(cell, widths[i] ?? 1, { hard: true }).split('\n'));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, n) =>
      (indent + wrapped.map((lines, i) => pad(lines[n] ?? '', widths[i] ?? 0)).join(GAP)).trimEnd(),
    );
  };
  const more = rows.length - shown.length;
  return [
    ...(titles.some((title) => title !== '') ? line(titles).map(style.dim) : []),
    ...shown.flatMap(line),
    ...(more > 0 ? [style.dim(`${indent}… ${more} more rows: in the page (--format html) and in the JSON`)] : []),
  ];
}

const sum = (widths: readonly number[]) => widths.reduce((n, width) => n + width, 0);
