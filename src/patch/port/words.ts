import { diffArrays } from 'diff';
import { splitLines } from '../../diff/apply.ts';
import { occurrences } from './lines.ts';

/** One stretch of words that became another. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly inserted: readonly string[];
}

export const wordsOf = (text: string): string[] => text.match(/\n|[^\S\n]+|\w+|[^\w\s]/g) ?? [];

const isWord = (word: string): boolean => /^\w{3,}$/.test(word);

/** How far around an edit words count as evidence. */
const REACH = 8;
/** The share of the words around an edit that must be in both texts: below, it is another text. */
const ALIKE = 0.5;

/**
 * Merges two changes of a few lines word by word: what one of them changed must stand apart from what the other one
 * changed, and the same words around it must stand there once in both texts.
 * @param old the lines that both started from.
 * @param isList words mean the same whatever stands beside them: not so in a program.
 * @returns the lines with both changes, or why they cannot be told apart.
 */
export function mergeWords(
  old: string,
  theirs: string,
  now: string,
  isList: boolean,
): { readonly text: string } | { readonly reason: string } {
  const [o, n] = [wordsOf(old), wordsOf(now)];
  const [mine, other] = [edits(o, wordsOf(theirs)), edits(o, n)];
  const changed = new Set(other.flatMap((e) => Array.from({ length: e.end - e.start }, (_, i) => e.start + i)));
  for (const edit of mine) {
    const touching = other.filter((e) => e.start <= edit.end && edit.start <= e.end);
    if (touching.some((e) => (e.start < edit.end && edit.start < e.end) || edit.start === edit.end || !isList))
      return { reason: 'the same words were changed in another way' };
    const near = lineOf(o, edit).filter((i) => /\w/.test(o[i] ?? '') && (i < edit.start || i >= edit.end));
    if (near.length > 0 && near.filter((i) => !changed.has(i)).length < ALIKE * near.length)
      return { reason: 'the line is another one' };
    const count = (all: readonly string[], word: string) => all.filter((w) => w === word).length;
    const again = edit.inserted.find((w) => isWord(w) && count(n, w) > count(o, w));
    if (again !== undefined) return { reason: `${again}, which it adds, stands there already` };
    if (touching.length > 0) {
      // What is beside them changed: they tell their place themselves.
      const own = o.slice(edit.start, edit.end);
      if (!own.some(isWord) || occurrences(o, own).length !== 1 || occurrences(n, own).length !== 1)
        return { reason: 'the words beside it were changed, and it does not stand there once' };
      continue;
    }
    const left = Math.max(0, edit.start - REACH, ...other.filter((e) => e.end <= edit.start).map((e) => e.end));
    const right = Math.min(o.length, edit.end + REACH, ...other.filter((e) => e.start >= edit.end).map((e) => e.start));
    const window = o.slice(left, right);
    const around = [...o.slice(left, edit.start), ...o.slice(edit.end, right)];
    if (around.filter(isWord).length < 1) return { reason: 'no word beside it is the same' };
    if (occurrences(o, window).length !== 1 || occurrences(n, window).length !== 1)
      return { reason: 'the same words stand there several times' };
  }
  const out: string[] = [];
  let at = 0;
  for (const edit of [...mine, ...other].sort((x, y) => x.start - y.start || x.end - y.end)) {
    out.push(...o.slice(at, edit.start), ...edit.inserted);
    at = edit.end;
  }
  const text = [...out, ...o.slice(at)].join('');
  const empty = (lines: string) => lines.split('\n').filter((line) => line.trim() !== '' && !/\w/.test(line)).length;
  if (empty(text) > Math.max(empty(now), empty(theirs))) return { reason: 'a line would be left that says nothing' };
  return { text };
}

function edits(from: string[], to: string[]): Edit[] {
  const out: { start: number; end: number; inserted: string[] }[] = [];
  let at = 0;
  for (const { value, added, removed } of diffArrays(from, to)) {
    if (!added && !removed) {
      at += value.length;
      continue;
    }
    const last = out.at(-1);
    const edit = last !== undefined && last.end === at ? last : { start: at, end: at, inserted: [] };
    if (edit !== last) out.push(edit);
    if (added) edit.inserted.push(...value);
    else {
      at += value.length;
      edit.end = at;
    }
  }
  return out;
}

/** The words of the lines that an edit changes. */
function lineOf(words: readonly string[], { start, end }: Edit): number[] {
  let [from, to] = [start, end];
  while (from > 0 && words[from - 1] !== '\n') from--;
  while (to < words.length && words[to - 1] !== '\n') to++;
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Whether two texts are the same but for white space. */
export const sameWords = (one: string, other: string): boolean =>
  one.replace(/\s+/g, ' ').trim() === other.replace(/\s+/g, ' ').trim();

/** Without the lines at both ends that a replacement leaves as they are. */
export function trimmed(
  lines: readonly string[],
  start: number,
  text: string,
): { start: number; end: number; inserted: readonly string[] } {
  const made = splitLines(text);
  let head = 0;
  while (head < Math.min(lines.length, made.length) && lines[head] === made[head]) head++;
  let tail = 0;
  while (tail < Math.min(lines.length, made.length) - head && lines.at(-1 - tail) === made.at(-1 - tail)) tail++;
  return { start: start + head, end: start + lines.length - tail, inserted: made.slice(head, made.length - tail) };
}
