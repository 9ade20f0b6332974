import stringWidth from 'string-width';
import { printableSource } from '../../document/printable.ts';
import type { Mark } from '../types.ts';

export interface Piece {
  readonly text: string;
  /** Of the words that changed. */
  readonly marked: boolean;
}

export interface CodeLine {
  readonly pieces: readonly Piece[];
  readonly width: number;
}

const TAB = 8;
/** At most so many columns stay empty where a line is broken at a word. */
const LEFT_EMPTY = 24;
const ASCII = /^[\x20-\x7e]*$/;
/** ASCII apart from the rest; a letter stays with the combining characters after it. */
const RUNS = /[\x20-\x7e]+(?![^\x20-\x7e])|[\x20-\x7e]?[^\x20-\x7e]+/g;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

interface Segment {
  readonly text: string;
  readonly columns: number;
}

/** The same few letters come again and again, and to measure them takes its time. */
const known = new Map<string, readonly Segment[]>();
const MOST_KNOWN = 5000;

function segmentsOf(run: string): readonly Segment[] {
  const before = known.get(run);
  if (before !== undefined) return before;
  const segments = Array.from(graphemes.segment(run), ({ segment }) => ({
    text: segment,
    columns: stringWidth(segment),
  }));
  if (known.size < MOST_KNOWN && run.length < 16) known.set(run, segments);
  return segments;
}

/**
 * A line of source in as many lines of `width` columns as it needs: tabs go to the next eighth column, wide and combining
 * characters take what they take, and what cannot be seen is shown.
 * @param text as in `ReviewRow`.
 * @param brackets written around marked words, where colour cannot tell them: `{+` and `+}`.
 */
export function codeLines(
  text: string,
  marks: readonly Mark[],
  width: number,
  brackets?: readonly [string, string],
): readonly CodeLine[] {
  const lines: CodeLine[] = [];
  let pieces: Piece[] = [];
  let [used, column] = [0, 0];
  const next = () => {
    lines.push({ pieces, width: used });
    [pieces, used] = [[], 0];
  };
  const put = (shown: string, columns: number, marked: boolean) => {
    if (used + columns > width && used > 0) next();
    pieces.push({ text: shown, marked });
    used += columns;
  };
  const writeAscii = (run: string, marked: boolean) => {
    for (let at = 0; at < run.length; ) {
      const room = width - used;
      const take = breakAt(run.length - at, run.slice(at, at + room).lastIndexOf(' ') + 1, room, used);
      if (take > 0) put(run.slice(at, at + take), take, marked);
      at += take;
      if (at < run.length) next();
    }
    return run.length;
  };
  /** ASCII is cut at words, or anywhere; else between what a reader takes for one character. */
  const write = (shown: string, marked: boolean) => {
    if (ASCII.test(shown)) return writeAscii(shown, marked);
    let columns = 0;
    for (const [run] of shown.matchAll(RUNS)) {
      if (ASCII.test(run)) columns += writeAscii(run, marked);
      else {
        for (const { text: segment, columns: taken } of segmentsOf(run)) {
          put(segment, taken, marked);
          columns += taken;
        }
      }
    }
    return columns;
  };
  for (const { part, marked } of cutAt(text, joined(text, marks))) {
    const [open, close] = marked && brackets !== undefined ? brackets : ['', ''];
    write(open, marked);
    // Cut first, shown then: the marks count characters of the source.
    for (const [i, run] of part.split('\t').entries()) {
      if (i > 0) column += write(' '.repeat(TAB - (column % TAB)), marked);
      column += write(ASCII.test(run) ? run : printableSource(run), marked);
    }
    write(close, marked);
  }
  lines.push({ pieces, width: used });
  return lines;
}

/**
 * How many of the run's characters stay in this line: all, up to a blank, none, or what there is room for.
 * @param blank characters up to and with the last blank that fits.
 * @param used columns that are taken already.
 */
function breakAt(length: number, blank: number, room: number, used: number): number {
  if (length <= room) return length;
  if (blank > 0 && blank > room - LEFT_EMPTY) return blank;
  return used > 0 && room < LEFT_EMPTY ? 0 : room;
}

/** Marks with nothing but white space between them are one. */
function joined(text: string, marks: readonly Mark[]): readonly Mark[] {
  const out: Mark[] = [];
  for (const [start, end] of marks) {
    const last = out.at(-1);
    if (last !== undefined && text.slice(last[1], start).trim() === '') out[out.length - 1] = [last[0], end];
    else out.push([start, end]);
  }
  return out;
}

function* cutAt(text: string, marks: readonly Mark[]): Generator<{ part: string; marked: boolean }> {
  let at = 0;
  for (const [start, end] of marks) {
    if (start > at) yield { part: text.slice(at, start), marked: false };
    if (end > Math.max(at, start)) yield { part: text.slice(Math.max(at, start), end), marked: true };
    at = Math.max(at, end);
  }
  if (at < text.length) yield { part: text.slice(at), marked: false };
}
