import { diffArrays } from 'diff';
import { alike, type Bag, bagOf } from '../compare/bag.ts';
import type { Mark, ReviewRow } from '../types.ts';

/** Beyond this lines stand beside each other in their order, as in any viewer. */
const MOST_CELLS = 10_000;

/** Below this share of common words two lines are not versions of one another. */
const LIKE_ENOUGH = 0.5;

/** Lines longer than this are not compared word by word. */
const LONGEST = 2000;

/**
 * Finds for each removed line the added one that took its place, and marks what changed in the two.
 * Removed lines that are followed by added ones are compared; counterparts do not cross.
 */
export function pairRows(rows: readonly ReviewRow[]): ReviewRow[] {
  const out = [...rows];
  for (let at = 0; at < rows.length; ) {
    const removed = count(rows, at, 'removed');
    const added = count(rows, at + removed, 'added');
    if (removed > 0 && added > 0) {
      for (const [old, now] of counterparts(rows, at, removed, added)) {
        const [before, after] = [out[old], out[now]];
        if (before === undefined || after === undefined) continue;
        const marks = markWords(before.text, after.text);
        out[old] = { ...before, pair: now, marks: marks.old };
        out[now] = { ...after, pair: old, marks: marks.now };
      }
    }
    at += Math.max(1, removed + added);
  }
  return out;
}

function count(rows: readonly ReviewRow[], from: number, kind: ReviewRow['kind']): number {
  let n = 0;
  while (rows[from + n]?.kind === kind) n++;
  return n;
}

/** The pairs of indexes that have most in common together, in order (Needleman and Wunsch 1970, gaps cost nothing). */
function counterparts(
  rows: readonly ReviewRow[],
  at: number,
  removed: number,
  added: number,
): readonly (readonly [number, number])[] {
  if (removed * added > MOST_CELLS) return [];
  const bags = (from: number, n: number) =>
    rows
      .slice(from, from + n)
      .map(({ text }) => (text === '' || text.length > LONGEST ? undefined : bagOf([{ kind: 'context', text }])));
  const [old, now] = [bags(at, removed), bags(at + removed, added)];
  const likeness = (a: Bag | undefined, b: Bag | undefined) => (a && b ? alike(a, b) : 0);
  const scores = old.map((a) => now.map((b) => likeness(a, b)).map((score) => (score < LIKE_ENOUGH ? 0 : score)));
  const best = Array.from({ length: removed + 1 }, () => new Float64Array(added + 1));
  const value = (i: number, j: number) => best[i]?.[j] ?? 0;
  for (let i = removed - 1; i >= 0; i--) {
    for (let j = added - 1; j >= 0; j--) {
      const score = scores[i]?.[j] ?? 0;
      const both = score > 0 ? score + value(i + 1, j + 1) : 0;
      const row = best[i];
      if (row !== undefined) row[j] = Math.max(both, value(i + 1, j), value(i, j + 1));
    }
  }
  const out: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < removed && j < added; ) {
    const score = scores[i]?.[j] ?? 0;
    if (score > 0 && value(i, j) === score + value(i + 1, j + 1)) {
      out.push([at + i, at + removed + j]);
      i++;
      j++;
    } else if (value(i, j) === value(i + 1, j)) i++;
    else j++;
  }
  return out;
}

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
