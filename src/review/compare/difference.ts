import { diffArrays } from 'diff';
import { pairRows } from '../model/pair-rows.ts';
import type { ReviewHunk, ReviewRow } from '../types.ts';
import { SIGNS } from '../words.ts';

/** Beyond this many lines that differ all of the one are shown, then all of the other: it takes the square in time. */
const MOST_DIFFERENCES = 2000;

/** The difference of two hunks' lines, their own signs in front. */
export function difference(old: ReviewHunk, now: ReviewHunk): readonly ReviewRow[] {
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
