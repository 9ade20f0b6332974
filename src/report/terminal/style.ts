import pc from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { printableLine } from '../../system/printable.ts';
import type { Tone } from '../words.ts';

/** How a report is written on a terminal. */
export interface Style {
  /** Columns. */
  readonly width: number;
  /** Every row of every table, and how everything was built. */
  readonly verbose: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** Colours a text by its tone; the tone's sign is written beside it, so colour says nothing alone. */
  readonly tone: (tone: Tone, text: string) => string;
}

/** Narrower than this nothing can be laid out; the terminal may then wrap by itself. */
const NARROWEST = 40;

export function terminalStyle(options: { width: number; color: boolean; verbose: boolean }): Style {
  const colors = pc.createColors(options.color);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    good: colors.green,
    bad: colors.red,
    attention: colors.yellow,
    plain: (text) => text,
    unknown: colors.dim,
  };
  return {
    width: Math.max(NARROWEST, options.width),
    verbose: options.verbose,
    bold: colors.bold,
    dim: colors.dim,
    tone: (tone, text) => tones[tone](text),
  };
}

/** Pads by columns shown, not by characters. */
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

/** Wraps a sentence; lines after the first are indented by `rest`. `text` may hold our own colours. */
export function wrap(text: string, width: number, first = '', rest = first): string[] {
  const room = Math.max(10, width - Math.max(stringWidth(first), stringWidth(rest)));
  return wrapAnsi(text, room, { hard: true })
    .split('\n')
    .map((line, i) => `${i === 0 ? first : rest}${line}`.trimEnd());
}

/** Breaks code where it must be broken, and keeps its white space. Tabs become eight columns. */
export function wrapCode(text: string, width: number, indent: string): string[] {
  const room = Math.max(10, width - stringWidth(indent));
  return wrapAnsi(text.replaceAll('\t', '        '), room, { hard: true, trim: false, wordWrap: false })
    .split('\n')
    .map((line) => `${indent}${line}`.trimEnd());
}
