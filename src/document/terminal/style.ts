import pc from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { printableLine } from '../printable.ts';
import type { Tone } from '../types.ts';

export type Paint = (text: string) => string;

/** How something is written on a terminal. Every paint closes what it opens, so each line stands for itself in a pager. */
export interface Style {
  /** Columns. Infinite: nothing is wrapped. */
  readonly width: number;
  readonly color: boolean;
  /** Every row of every table, and how everything was built. */
  readonly verbose: boolean;
  /** Of how many lines of a diagnostic's detail the rest is counted, and where they are; else by `verbose`. */
  readonly detail?: { readonly most: number; readonly full: string };
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly attention: Paint;
  readonly heading: Paint;
  /** The changed words of a line that is painted already. */
  readonly mark: Paint;
  /** Colours a text by its tone; the tone's sign is written beside it, so colour says nothing alone. */
  readonly tone: (tone: Tone, text: string) => string;
}

/** Narrower than this nothing can be laid out; the terminal may then wrap by itself. */
const NARROWEST = 40;

export function terminalStyle(options: { width: number; color: boolean; verbose?: boolean | undefined }): Style {
  const colors = pc.createColors(options.color);
  const { bold, dim, green: good, red: bad, yellow: attention } = colors;
  const tones: Readonly<Record<Tone, Paint>> = { good, bad, attention, plain: (text) => text, unknown: dim };
  return {
    width: Math.max(NARROWEST, Math.floor(options.width)),
    color: options.color,
    verbose: options.verbose ?? false,
    ...{ bold, dim, good, bad, attention },
    heading: (text) => bold(colors.cyan(text)),
    mark: colors.inverse,
    tone: (tone, text) => tones[tone](text),
  };
}

/** Text by the columns that it takes on a terminal, not by its characters. */

export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? space + text : text + space;
}

export function shorten(text: string, width: number): string {
  const line = printableLine(text);
  if (stringWidth(line) <= width) return line;
  let cut = '';
  for (const char of line) {
    if (stringWidth(cut + char) > width - 1) break;
    cut += char;
  }
  return `${cut}…`;
}

/**
 * Wraps a sentence; lines after the first are indented by `rest`. `text` may hold our own colours.
 * @param hard breaks words that are too long for a line; else they stay whole, to be copied.
 */
export function wrap(text: string, width: number, first = '', rest = first, hard = true): string[] {
  const room = Math.max(8, width - Math.max(stringWidth(first), stringWidth(rest)));
  return wrapAnsi(text, room, { hard })
    .split('\n')
    .map((line, i) => `${i === 0 ? first : rest}${line}`.trimEnd());
}

/** Breaks code where it must be broken, and keeps its white space. Tabs become eight columns. */
export function wrapCode(text: string, width: number, indent: string): string[] {
  if (!Number.isFinite(width)) return [`${indent}${text}`];
  const room = Math.max(10, width - stringWidth(indent));
  return wrapAnsi(text.replaceAll('\t', '        '), room, { hard: true, trim: false, wordWrap: false })
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd());
}

export function paragraph(text: string, width: number, indent = ''): string {
  return wrap(text.replace(/\s+/g, ' ').trim(), width, indent, indent, false).join('\n');
}

const GAP = '  ';
/** No column gets narrower than this; the terminal may then wrap by itself. */
const NARROWEST_COLUMN = 8;
/** A last column that would be narrower than this, and needs more, goes under its row: it is a sentence mostly. */
const SENTENCE = 36;

/**
 * Columns side by side, as wide as they need; where that is too wide, the widest wrap. Nothing is cut. Cells are
 * printable, and may hold our own colours.
 * @param width of the whole; infinite: a row is a line. `sentence`: how narrow the last column may get before it goes
 *   under its row.
 */
export function tableLines(
  rows: readonly (readonly string[])[],
  width: number,
  {
    indent = '',
    align = [],
    sentence: least = SENTENCE,
  }: { indent?: string; align?: readonly ('right' | undefined)[]; sentence?: number } = {},
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

export const table = (rows: readonly (readonly string[])[], width: number): string =>
  tableLines(rows, width).join('\n');

/** What the widths become where the whole has so much room. */
function fitted(need: readonly number[], width: number): number[] {
  const widths = [...need];
  const room = width - GAP.length * (need.length - 1);
  for (let over = sum(widths) - room; over > 0; over--) {
    const most = Math.max(...widths);
    if (most <= NARROWEST_COLUMN) break;
    // The last of equals: what stands in front tells the row.
    widths[widths.lastIndexOf(most)] = most - 1;
  }
  return widths;
}

const sum = (all: readonly number[]) => all.reduce((n, one) => n + one, 0);
