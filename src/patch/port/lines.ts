import { splitLines } from '../../diff/apply.ts';

/** A file whose lines, with their line breaks, are compared: CRLF throughout is taken away, and put back by `restore`. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly crlf: boolean;
}

export function textFile(path: string, raw: string): TextFile {
  const breaks = raw.match(/\n/g)?.length ?? 0;
  const crlf = breaks > 0 && (raw.match(/\r\n/g)?.length ?? 0) === breaks;
  const text = crlf ? raw.replaceAll('\r\n', '\n') : raw;
  return { path, text, lines: splitLines(text), crlf };
}

/** The bytes of a file whose lines were compared. */
export function restore(text: string, crlf: boolean): string {
  return crlf ? text.replaceAll('\n', '\r\n') : text;
}

/** Whether `block` stands in `lines` at `at`. */
export function standsAt(lines: readonly string[], at: number, block: readonly string[]): boolean {
  if (at < 0 || at + block.length > lines.length) return false;
  for (let i = 0; i < block.length; i++) if (lines[at + i] !== block[i]) return false;
  return true;
}

/** A stretch of lines, from 0, end excluded. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** Where a block stands inside of some stretches of a text. */
export function occurrences(
  lines: readonly string[],
  block: readonly string[],
  within: readonly LineRange[] = [{ start: 0, end: lines.length }],
): number[] {
  const found = new Set<number>();
  for (const { start, end } of within) {
    for (let at = start; at + block.length <= end; at++) if (standsAt(lines, at, block)) found.add(at);
  }
  return [...found].sort((a, b) => a - b);
}

/** How many lines (or tokens) before and after two stretches are the same. */
export function sameAround(
  old: readonly string[],
  here: LineRange,
  now: readonly string[],
  there: LineRange,
): { readonly up: number; readonly down: number } {
  let up = 0;
  while (up < Math.min(here.start, there.start) && old[here.start - up - 1] === now[there.start - up - 1]) up++;
  let down = 0;
  const most = Math.min(old.length - here.end, now.length - there.end);
  while (down < most && old[here.end + down] === now[there.end + down]) down++;
  return { up, down };
}

/** The share that two lists have in common, by count. */
export function similarity(mine: readonly string[], theirs: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const one of mine) counts.set(one, (counts.get(one) ?? 0) + 1);
  let same = 0;
  for (const one of theirs) {
    const left = counts.get(one) ?? 0;
    if (left > 0) same++;
    counts.set(one, left - 1);
  }
  return same === 0 ? 0 : (2 * same) / (mine.length + theirs.length);
}

export const isBlank = (line: string): boolean => line.trim() === '';

/** Words that say nothing of where a line belongs. */
const COMMON =
  /^(?:return|else|break|continue|NULL|goto|if|for|while|do|endif|pass|try|None|self|true|false|int|void)$/;

/** Whether a line tells its place: braces, `return NULL;` and the like stand everywhere. */
export function isTelling(line: string): boolean {
  return (line.match(/[A-Za-z_]\w{2,}/g) ?? []).some((word) => !COMMON.test(word));
}
