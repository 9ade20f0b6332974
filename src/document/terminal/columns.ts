import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { printableLine } from '../printable.ts';

/** Text by the columns that it takes on a terminal, not by its characters. */

/** Pads by columns shown. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** Cuts to a width, with an ellipsis. */
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

/** Text of one paragraph, wrapped and indented. */
export function paragraph(text: string, width: number, indent = ''): string {
  return wrap(text.replace(/\s+/g, ' ').trim(), width, indent, indent, false).join('\n');
}
