import type { ReviewHunk } from '../types.ts';
import { type Bag, bagOf } from './bag.ts';

/** Lines of context that belong to a change in any case, as diffs have them. */
const CONTEXT = 3;

/**
 * One change: a run of removed and added lines with the context that is its own. How many of them share a hunk depends
 * on how near they lie and on how wide the diff's context is, which says nothing about the change: so changes are
 * compared, not hunks.
 */
export interface Change {
  /** The hunk that it stands in, and which of its rows: the changed ones, and with their context. */
  readonly source: ReviewHunk;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly counts: LineCounts;
  readonly hunk: ReviewHunk;
  /** What is removed and added, exactly: line ends are part of it. */
  readonly key: string;
  readonly bag: Bag;
  /** The lines around it: the nearest first, on each side. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export function changesOf(hunk: ReviewHunk): readonly Change[] {
  const { rows } = hunk;
  const runs: (readonly [start: number, end: number])[] = [];
  for (let at = 0; at < rows.length; at++) {
    if (rows[at]?.kind === 'context') continue;
    const start = at;
    while (at + 1 < rows.length && rows[at + 1]?.kind !== 'context') at++;
    runs.push([start, at + 1]);
  }
  const counts = lineCounts(hunk);
  return runs.map(([start, end], i) => {
    const [previous, next] = [runs[i - 1]?.[1], runs[i + 1]?.[0]];
    // Between two changes each line belongs to the nearer, and up to three to both.
    const share = (gap: number, rounded: (n: number) => number) => Math.max(Math.min(CONTEXT, gap), rounded(gap / 2));
    const from = previous === undefined ? 0 : start - share(start - previous, Math.floor);
    const to = next === undefined ? rows.length : end + share(next - end, Math.ceil);
    return change(hunk, { start, end, from, to }, counts);
  });
}

/** Two changes of the same hunk, the first before the second, as one. */
export function together(first: Change, second: Change): Change {
  const { source, start, from, counts } = first;
  return change(source, { start, end: second.end, from, to: second.to }, counts);
}

type Reach = Pick<Change, 'start' | 'end' | 'from' | 'to'>;

function change(source: ReviewHunk, reach: Reach, counts: LineCounts): Change {
  const { start, end, from, to } = reach;
  const changed = source.rows.slice(start, end).filter(({ kind }) => kind !== 'context');
  const texts = (a: number, b: number) => source.rows.slice(a, b).map(({ text, eol }) => text + eol);
  return {
    source,
    ...reach,
    counts,
    hunk: from === 0 && to === source.rows.length ? source : part(source, from, to, counts),
    key: JSON.stringify(changed.map(({ kind, text, eol }) => [kind[0], text, eol])),
    bag: bagOf(changed),
    before: texts(from, start).toReversed(),
    after: texts(end, to),
  };
}

/** How many lines of each side stand before each row of a hunk. */
interface LineCounts {
  readonly old: readonly number[];
  readonly now: readonly number[];
}

function lineCounts({ rows }: ReviewHunk): LineCounts {
  const [old, now] = [[0], [0]];
  for (const [i, { kind }] of rows.entries()) {
    old.push((old[i] ?? 0) + (kind === 'added' ? 0 : 1));
    now.push((now[i] ?? 0) + (kind === 'removed' ? 0 : 1));
  }
  return { old, now };
}

function part(hunk: ReviewHunk, from: number, to: number, counts: LineCounts): ReviewHunk {
  const side = (all: readonly number[], first: number, total: number) => {
    const [skipped, lines] = [all[from] ?? 0, (all[to] ?? 0) - (all[from] ?? 0)];
    // A side without lines is counted from the line before it (POSIX, diff -u).
    return [first + skipped + (total === 0 ? 0 : lines === 0 ? -1 : 0), lines] as const;
  };
  const [oldStart, oldLines] = side(counts.old, hunk.oldStart, hunk.oldLines);
  const [newStart, newLines] = side(counts.now, hunk.newStart, hunk.newLines);
  const rows = hunk.rows
    .slice(from, to)
    .map((row) => (row.pair === undefined ? row : { ...row, pair: row.pair - from }));
  return { ...hunk, oldStart, oldLines, newStart, newLines, rows };
}

/** As far as both show it: one side's diff may have wider context, or end with the file. */
export function sameContext(a: Change, b: Change): boolean {
  const agree = (x: readonly string[], y: readonly string[]) => x.every((line, i) => i >= y.length || line === y[i]);
  return agree(a.before, b.before) && agree(a.after, b.after);
}

const NEAREST = 3;
/** Of so many characters of words that the lines around two changes have in common, no other place in a file has them. */
const TELLING = 24;

/**
 * Whether two changes stand in like places, by the lines around them.
 * @returns `share`: how much of the nearest lines is the same but for white space, 0 to 1. `samePlace`: all of it is, on
 *   both sides, and it says enough to be found again.
 */
export function placeLikeness(a: Change, b: Change) {
  let [same, all, characters, sides] = [0, 0, 0, 0];
  for (const side of ['before', 'after'] as const) {
    if (a[side].length > 0 && b[side].length > 0) sides++;
    for (let i = 0; i < NEAREST; i++) {
      const [one, other] = [a[side][i]?.trim(), b[side][i]?.trim()];
      if (one === undefined && other === undefined) continue;
      // Empty lines and lone brackets stand around anything.
      const weight = /\w/.test(`${one}${other}`) ? 2 : 1;
      all += weight;
      if (one !== other) continue;
      same += weight;
      characters += one?.match(/\w/g)?.length ?? 0;
    }
  }
  return { share: all === 0 ? 0 : same / all, samePlace: same === all && sides === 2 && characters >= TELLING };
}
