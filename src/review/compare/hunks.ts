import { diffArrays } from 'diff';
import { cTokens } from '../../c/same-code.ts';
import { pairRows } from '../model/pair-rows.ts';
import type { HunkComparison, ReviewHunk, ReviewRow } from '../types.ts';
import { SIGNS } from '../words.ts';
import { type Change, changesOf, sameContext } from './changes.ts';
import { absorb, pairChanges } from './pair-changes.ts';

/**
 * How a file's changes relate on two sides, in the order of the new one; those that went, where they were.
 * @param byEdit whether edits' numbers mean the same on both sides.
 * @param isC whether white space between tokens means nothing.
 */
export function compareHunks(
  old: readonly ReviewHunk[],
  now: readonly ReviewHunk[],
  byEdit: boolean,
  isC: boolean,
): readonly HunkComparison[] {
  const [a, b] = [old.flatMap(changesOf), now.flatMap(changesOf)];
  const found = pairChanges(a, b, byEdit);
  const paired = new Set(found.flat());
  const { pairs, lone } = absorb(
    found,
    [...a, ...b].filter((change) => !paired.has(change)),
  );
  const alone = new Set(lone);
  const gone = a.filter((change) => alone.has(change));
  const rest: { readonly before?: Change; readonly after: Change }[] = [
    ...pairs.map(([before, after]) => ({ before, after })),
    ...b.filter((change) => alone.has(change)).map((after) => ({ after })),
  ];
  const place = new Map(now.map((hunk, i) => [hunk, i]));
  rest.sort(
    (x, y) => (place.get(x.after.source) ?? 0) - (place.get(y.after.source) ?? 0) || x.after.start - y.after.start,
  );
  const out: HunkComparison[] = [];
  let next = 0;
  for (const one of rest) {
    const { before } = one;
    // What went stands before what comes after it.
    const line = (before ?? one.after).hunk.oldStart;
    for (let went = gone[next]; went !== undefined && went.hunk.oldStart <= line; went = gone[++next])
      out.push(removed(went));
    out.push(
      before === undefined ? { status: 'added', new: one.after.hunk, rows: [] } : compared(before, one.after, isC),
    );
  }
  return [...out, ...gone.slice(next).map(removed)];
}

const removed = ({ hunk }: Change): HunkComparison => ({ status: 'removed', old: hunk, rows: [] });

function compared(before: Change, after: Change, isC: boolean): HunkComparison {
  const [old, now] = [before.hunk, after.hunk];
  if (before.key !== after.key) {
    const status = isC && setOtherwise(old, now) ? 'white-space' : 'changed';
    return { status, old, new: now, rows: difference(old, now) };
  }
  const inside = ({ source, start, end }: Change) => source.rows.slice(start, end).map(({ text, eol }) => text + eol);
  const equal = sameContext(before, after) && inside(before).join('') === inside(after).join('');
  if (!equal) return { status: 'context', old, new: now, rows: difference(old, now) };
  const same = old.oldStart === now.oldStart && old.newStart === now.newStart;
  return { status: same ? 'same' : 'moved', old, new: now, rows: [] };
}

/** Whether what is removed and added is the same C, in the same order, with other white space. */
function setOtherwise(old: ReviewHunk, now: ReviewHunk): boolean {
  return (['removed', 'added'] as const).every((kind) => {
    const [a, b] = [old, now].map(({ rows }) => rows.filter((row) => row.kind === kind));
    const ends = (rows: typeof a) => [...new Set(rows?.map(({ eol }) => eol))].sort().join();
    const tokens = (rows: typeof a) => cTokens(rows?.map(({ text }) => text) ?? []);
    return ends(a) === ends(b) && tokens(a) === tokens(b);
  });
}

/** Beyond this many lines that differ all of the one are shown, then all of the other: it takes the square in time. */
const MOST_DIFFERENCES = 2000;

function difference(old: ReviewHunk, now: ReviewHunk): readonly ReviewRow[] {
  // Line ends are shown where they are not the same in all lines: a line may differ by nothing else.
  const mixed = new Set([...old.rows, ...now.rows].map(({ eol }) => eol).filter((eol) => eol !== '')).size > 1;
  const [a, b] = [old.rows.map((row) => signed(row, mixed)), now.rows.map((row) => signed(row, mixed))];
  const same = (x: ReviewRow, y: ReviewRow) => x.text === y.text && (x.eol === '') === (y.eol === '');
  const parts = diffArrays(a, b, { comparator: same, maxEditLength: MOST_DIFFERENCES });
  const as = (rows: readonly ReviewRow[], kind: ReviewRow['kind']) => rows.map((row) => ({ ...row, kind }));
  if (parts === undefined) return [...as(a, 'removed'), ...as(b, 'added')];
  return pairRows(
    parts.flatMap(({ value, removed, added }) => as(value, removed ? 'removed' : added ? 'added' : 'context')),
  );
}

const signed = ({ kind, text, eol }: ReviewRow, showCr: boolean): ReviewRow => ({
  kind: 'context',
  text: SIGNS[kind] + text + (showCr && eol === '\r\n' ? '\r' : ''),
  eol: eol === '' ? '' : '\n',
  marks: [],
});
