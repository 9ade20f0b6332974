import { diffArrays } from 'diff';
import type { Mark } from '../types.ts';

/** Words, numbers, runs of white space, and every other character alone: what a reader takes in as one. */
const PIECES = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;

/** Beyond this nobody compares by eye, and the comparison takes its square in time. */
const MOST_PIECES = 1000;

const pieces = (text: string): readonly string[] => text.match(PIECES) ?? [];

/** What changed between two versions of a line, in each of them; nothing when they are too long to compare. */
export function markWords(old: string, now: string): { readonly old: readonly Mark[]; readonly now: readonly Mark[] } {
  const [a, b] = [pieces(old), pieces(now)];
  if (a.length > MOST_PIECES || b.length > MOST_PIECES) return { old: [], now: [] };
  const marks: { old: Mark[]; now: Mark[] } = { old: [], now: [] };
  let [atOld, atNow] = [0, 0];
  for (const { value, removed, added } of diffArrays([...a], [...b])) {
    const length = value.reduce((n, piece) => n + piece.length, 0);
    if (removed) marks.old.push([atOld, atOld + length]);
    if (added) marks.now.push([atNow, atNow + length]);
    if (!added) atOld += length;
    if (!removed) atNow += length;
  }
  return marks;
}
