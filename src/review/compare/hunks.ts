import { diffArrays } from 'diff';
import { pairRows } from '../model/pair-rows.ts';
import { likeness, pieces } from '../model/words.ts';
import type { HunkComparison, ReviewHunk, ReviewRow } from '../types.ts';
import { assign, pairEqual } from './assign.ts';
import { changeKey, changesOf, contextOf } from './groups.ts';

/** Below this two changes are not versions of one another. */
const LEAST = 0.3;
/** The same edit of the same recipe made both: then little else must be alike. */
const SAME_EDIT = 1;

/** How a file's changes relate on two sides, in the order of the new one; those that went, where they were. */
export function compareHunks(
  old: readonly ReviewHunk[],
  now: readonly ReviewHunk[],
  sameRecipe: boolean,
): readonly HunkComparison[] {
  const [a, b] = [old.flatMap(changesOf), now.flatMap(changesOf)];
  const { pairs, restA, restB } = pairEqual(a, b, changeKey);
  const counterpart = new Map<ReviewHunk, ReviewHunk>(pairs.map(([one, other]) => [other, one]));
  const texts = new Map([...restA, ...restB].map((hunk) => [hunk, sides(hunk)]));
  for (const [i, j] of assign(restA, restB, (one, other) => score(one, other, texts, sameRecipe))) {
    const [one, other] = [restA[i], restB[j]];
    if (one !== undefined && other !== undefined) counterpart.set(other, one);
  }
  const kept = new Set(counterpart.values());
  const gone = a.filter((hunk) => !kept.has(hunk));
  const out: HunkComparison[] = [];
  for (const hunk of b) {
    const before = counterpart.get(hunk);
    // What went stands before what comes after it.
    while (gone[0] !== undefined && gone[0].oldStart <= (before ?? hunk).oldStart) out.push(removed(gone.shift()));
    out.push(before === undefined ? { status: 'added', new: hunk, rows: [] } : pairOf(before, hunk));
  }
  return [...out, ...gone.map(removed)];
}

const removed = (hunk: ReviewHunk | undefined): HunkComparison => ({ status: 'removed', old: hunk, rows: [] });

interface Sides {
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

function sides({ rows }: ReviewHunk): Sides {
  const of = (kind: ReviewRow['kind']) =>
    pieces(rows.flatMap((row) => (row.kind === kind ? [row.text] : [])).join('\n'));
  return { removed: of('removed'), added: of('added') };
}

function score(one: ReviewHunk, other: ReviewHunk, texts: ReadonlyMap<ReviewHunk, Sides>, sameRecipe: boolean): number {
  const [a, b] = [texts.get(one), texts.get(other)];
  if (a === undefined || b === undefined) return 0;
  const [gone, come] = [likeness(a.removed, b.removed), likeness(a.added, b.added)];
  // A side that is empty on both says nothing.
  const counted = [
    ...(a.removed.length + b.removed.length > 0 ? [gone] : []),
    ...(a.added.length + b.added.length > 0 ? [come] : []),
  ];
  const alike = counted.length === 0 ? 1 : counted.reduce((sum, value) => sum + value, 0) / counted.length;
  const edit = sameRecipe && one.edits.some((index) => other.edits.includes(index));
  if (edit) return SAME_EDIT + alike;
  // Two that are known to be of different edits are not the same change.
  const known = sameRecipe && one.edits.length > 0 && other.edits.length > 0;
  return !known && alike >= LEAST ? alike : 0;
}

function pairOf(old: ReviewHunk, now: ReviewHunk): HunkComparison {
  if (changeKey(old) === changeKey(now)) {
    if (!sameContext(old, now)) return { status: 'context', old, new: now, rows: difference(old, now) };
    const same = old.oldStart === now.oldStart && old.newStart === now.newStart;
    return { status: same ? 'same' : 'moved', old, new: now, rows: [] };
  }
  return { status: 'changed', old, new: now, rows: difference(old, now) };
}

/** As far as both show it: one side's diff may have wider context, or end with the file. */
function sameContext(old: ReviewHunk, now: ReviewHunk): boolean {
  const [a, b] = [contextOf(old), contextOf(now)];
  const agree = (x: readonly string[], y: readonly string[]) => x.every((line, i) => i >= y.length || line === y[i]);
  return agree(a.before, b.before) && agree(a.after, b.after);
}

const SIGNS = { context: ' ', removed: '-', added: '+' } as const;
const signed = ({ rows }: ReviewHunk) => rows.map(({ kind, text }) => SIGNS[kind] + text);

/** The difference of two hunks' lines, their own signs in front. */
function difference(old: ReviewHunk, now: ReviewHunk): readonly ReviewRow[] {
  const rows = diffArrays(signed(old), signed(now)).flatMap(({ value, removed: gone, added }) =>
    value.map(
      (text): ReviewRow => ({ kind: gone ? 'removed' : added ? 'added' : 'context', text, eol: '\n', marks: [] }),
    ),
  );
  return pairRows(rows);
}
