import type { Review } from '../types.ts';

/**
 * The row that shows a line of a file. A place may be one of the tree as it was, or, of what is new, as it is then: a
 * line that changed is rather meant than one beside it, and what was there rather than what came.
 * @returns with the index of its patch.
 */
export function findRow(review: Review, path: string, line: number) {
  const rows = review.patches.flatMap(({ files }, patch) =>
    files
      .filter((file) => file.path === path || file.oldPath === path)
      .flatMap((file) => file.hunks.flatMap((hunk) => hunk.rows.map((row) => ({ patch, file, row })))),
  );
  const was = rows.find(({ row }) => row.oldLine === line);
  const is = rows.find(({ row }) => row.newLine === line);
  return [was, is].find((found) => found !== undefined && found.row.kind !== 'context') ?? was ?? is;
}

/** Bytes of UTF-8 in front of a column that counts UTF-16 units; both count from 1. */
export const byteColumn = (text: string, column: number): number => Buffer.byteLength(text.slice(0, column - 1)) + 1;
