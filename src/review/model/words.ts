import { diffArrays } from 'diff';
import type { Mark } from '../types.ts';

/** Words, numbers, runs of white space, and every other character alone: what a reader takes in as one. */
const PIECES = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;

/** Beyond this nobody compares by eye, and the comparison takes its square in time. */
const MOST_PIECES = 1000;

/** Below this share of common text two lines are not versions of one another. */
const LIKE_ENOUGH = 0.5;

export const pieces = (text: string): readonly string[] => text.match(PIECES) ?? [];

/** Names and numbers tell a line; its brackets and operators are in every other line, too. */
const telling = (all: readonly string[]): readonly string[] => {
  const words = all.filter((piece) => /[\p{L}\p{N}_]/u.test(piece));
  return words.length > 0 ? words : all.filter((piece) => piece.trim() !== '');
};

/** How much of two lines is the same: 0 to 1, by what they have in common without regard to order (Dice). */
export function likeness(first: readonly string[], second: readonly string[]): number {
  const [a, b] = [telling(first), telling(second)];
  const counts = new Map<string, number>();
  let total = 0;
  for (const piece of a) {
    counts.set(piece, (counts.get(piece) ?? 0) + 1);
    total += piece.length;
  }
  let common = 0;
  for (const piece of b) {
    total += piece.length;
    const left = counts.get(piece) ?? 0;
    if (left === 0) continue;
    counts.set(piece, left - 1);
    common += piece.length;
  }
  return total === 0 ? 1 : (2 * common) / total;
}

export const isLike = (a: readonly string[], b: readonly string[]): boolean => likeness(a, b) >= LIKE_ENOUGH;

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
