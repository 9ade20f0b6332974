import stringWidth from 'string-width';
import { pad, wrap } from './columns.ts';

const GAP = '  ';
/** No column gets narrower than this; the terminal may then wrap by itself. */
const NARROWEST = 8;
/** A last column that would be narrower than this, and needs more, goes under its row: it is a sentence mostly. */
const SENTENCE = 36;

interface TableOptions {
  readonly indent?: string;
  readonly align?: readonly ('right' | undefined)[];
  /** How narrow the last column may get before it goes under its row. */
  readonly sentence?: number;
}

/**
 * Columns side by side, as wide as they need; where that is too wide, the widest wrap. Nothing is cut. Cells are
 * printable, and may hold our own colours.
 * @param width of the whole; infinite: a row is a line.
 */
export function tableLines(
  rows: readonly (readonly string[])[],
  width: number,
  { indent = '', align = [], sentence: least = SENTENCE }: TableOptions = {},
): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const last = columns - 1;
  const need = Array.from({ length: columns }, (_, i) => Math.max(0, ...rows.map((row) => stringWidth(row[i] ?? ''))));
  let widths = fitted(need, width - indent.length);
  const under = last > 0 && (widths[last] ?? 0) < Math.min(need[last] ?? 0, least);
  if (under) widths = fitted(need.slice(0, last), width - indent.length);
  return rows.flatMap((row) => {
    const cells = widths.map((room, i) => {
      const cell = row[i] ?? '';
      return stringWidth(cell) <= room ? [cell] : wrap(cell, room, '', i === 0 && last > 0 ? '  ' : '');
    });
    const height = Math.max(...cells.map((lines) => lines.length));
    const beside = Array.from({ length: height }, (_, n) =>
      (indent + cells.map((lines, i) => pad(lines[n] ?? '', widths[i] ?? 0, align[i])).join(GAP)).trimEnd(),
    );
    const sentence = under ? (row[last] ?? '') : '';
    return sentence === '' ? beside : [...beside, ...wrap(sentence, width, `${indent}    `)];
  });
}

/** As `tableLines`, as one text. */
export const table = (rows: readonly (readonly string[])[], width: number): string =>
  tableLines(rows, width).join('\n');

/** What the widths become where the whole has so much room. */
function fitted(need: readonly number[], width: number): number[] {
  const widths = [...need];
  const room = width - GAP.length * (need.length - 1);
  for (let over = sum(widths) - room; over > 0; over--) {
    const most = Math.max(...widths);
    if (most <= NARROWEST) break;
    // The last of equals: what stands in front tells the row.
    widths[widths.lastIndexOf(most)] = most - 1;
  }
  return widths;
}

const sum = (all: readonly number[]) => all.reduce((n, one) => n + one, 0);
