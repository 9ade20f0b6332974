import type { ReviewHunk, ReviewRow } from '../types.ts';

/** Lines of context that belong to a change, as diffs have them: more of them would make neighbours of what is not. */
const CONTEXT = 3;

/**
 * The changes of a hunk, one by one: runs of removed and added lines with up to three lines of context. How many of them
 * share a hunk depends on how near they lie and on how wide the diff's context is, which says nothing about the change.
 */
export function changesOf(hunk: ReviewHunk): readonly ReviewHunk[] {
  const { rows } = hunk;
  const runs: (readonly [start: number, end: number])[] = [];
  for (let at = 0; at < rows.length; at++) {
    if (rows[at]?.kind === 'context') continue;
    const start = at;
    while (at + 1 < rows.length && rows[at + 1]?.kind !== 'context') at++;
    runs.push([start, at + 1]);
  }
  if (runs.length === 1 && rows.length <= 2 * CONTEXT + ((runs[0]?.[1] ?? 0) - (runs[0]?.[0] ?? 0))) return [hunk];
  return runs.map(([start, end], i) => {
    const from = Math.max(runs[i - 1]?.[1] ?? 0, start - CONTEXT);
    const to = Math.min(runs[i + 1]?.[0] ?? rows.length, end + CONTEXT);
    return part(hunk, from, to);
  });
}

function part(hunk: ReviewHunk, from: number, to: number): ReviewHunk {
  const before = hunk.rows.slice(0, from);
  const rows = hunk.rows
    .slice(from, to)
    .map((row) => (row.pair === undefined ? row : { ...row, pair: row.pair - from }));
  const count = (all: readonly ReviewRow[], other: ReviewRow['kind']) =>
    all.filter(({ kind }) => kind !== other).length;
  const start = (lines: number, first: number, own: number) => (lines === 0 ? first + own : Math.max(1, first) + own);
  return {
    ...hunk,
    oldStart: start(hunk.oldLines, hunk.oldStart, count(before, 'added')),
    oldLines: count(rows, 'added'),
    newStart: start(hunk.newLines, hunk.newStart, count(before, 'removed')),
    newLines: count(rows, 'removed'),
    rows,
  };
}

/** What a change removes and adds, exactly: line ends are part of it. */
export const changeKey = ({ rows }: ReviewHunk): string =>
  JSON.stringify(rows.flatMap(({ kind, text, eol }) => (kind === 'context' ? [] : [kind[0], text, eol])));

/** The lines around a change: the nearest first, on each side. */
export function contextOf({ rows }: ReviewHunk): {
  readonly before: readonly string[];
  readonly after: readonly string[];
} {
  const first = rows.findIndex(({ kind }) => kind !== 'context');
  const last = rows.findLastIndex(({ kind }) => kind !== 'context');
  const texts = (some: readonly ReviewRow[]) => some.map(({ text, eol }) => text + eol);
  return { before: texts(rows.slice(0, first)).toReversed(), after: texts(rows.slice(last + 1)) };
}
