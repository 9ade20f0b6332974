import { lineEnd, lineStart } from '../../c/lex.ts';
import type { Range } from '../../c/source.ts';
import type { Part } from './part.ts';

const isBlank = (text: string, from: number, to: number) => text.slice(from, to).trim() === '';

/**
 * A part that has its lines for itself, with its indentation and last line break; else the part as it is, which no lines
 * can be added to.
 * @param body where it has lines inside of it: from behind what begins it to what ends it.
 * @param step what a first line inside of it is indented by, against what ends it.
 */
export function wholeLines(text: string, { start, end }: Range, body?: Range, step = '  '): Part {
  const [from, to] = [lineStart(text, start), lineEnd(text, end)];
  if (!isBlank(text, from, start) || !isBlank(text, end, to)) return { start, end };
  const part = { start: from, end: nextLine(text, to) };
  if (body === undefined) return part;
  const [first, last] = [nextLine(text, lineEnd(text, body.start)), lineStart(text, body.end)];
  if (first > last || !isBlank(text, body.start, first) || !isBlank(text, last, body.end)) return part;
  const own = /^[ \t]*/.exec(text.slice(first, last))?.[0] ?? '';
  const indent = first === last ? text.slice(last, body.end) + step : own;
  return { ...part, inner: { start: first, end: last }, indent };
}

/** Where the line after the one of an offset begins. */
export function nextLine(text: string, offset: number): number {
  return text.indexOf('\n', offset) + 1 || text.length;
}
