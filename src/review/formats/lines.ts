import type { Review, ReviewRow } from '../types.ts';

/**
 * The row that shows a line of a file: of the tree as it was, where places of the generator are, or as it is then.
 * Context lines are of both.
 */
export function findRow(review: Review, path: string, line: number): ReviewRow | undefined {
  const rows = review.patches.flatMap(({ files }) =>
    files
      .filter((file) => file.path === path || file.oldPath === path)
      .flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.rows)),
  );
  return rows.find(({ oldLine }) => oldLine === line) ?? rows.find(({ newLine }) => newLine === line);
}

/** Bytes of UTF-8 in front of a column that counts UTF-16 units; both count from 1. */
export const byteColumn = (text: string, column: number): number => Buffer.byteLength(text.slice(0, column - 1)) + 1;
