import path from 'node:path';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import type { Review, ReviewPatch } from '../types.ts';

/** One thing that the review has to say of a place, whoever found it. */
export interface Remark {
  /** Stable: a diagnostic's code, or `review/` and the check's id. */
  readonly rule: string;
  readonly title: string;
  readonly severity: 'note' | 'warning' | 'error';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly detail: readonly string[];
  /** In the tree, or of a patch the file that it was read from. */
  readonly place?: Place | undefined;
  readonly related: NonNullable<Diagnostic['related']>;
}

/** Problems and warnings of the patches, then what the checks found, in their order. */
export function remarksOf(review: Review): readonly Remark[] {
  return [
    ...review.patches.flatMap((patch) => [
      ...patch.problems.map((problem) => ofDiagnostic(problem, 'error', patch)),
      ...patch.warnings.map((warning) => ofDiagnostic(warning, 'warning', patch)),
    ]),
    ...review.checks.flatMap(({ id, title, findings }) =>
      findings.map(({ severity, message, place, detail = [] }) => ({
        rule: `review/${id}`,
        title,
        severity,
        message,
        place,
        detail,
        related: [],
      })),
    ),
  ];
}

function ofDiagnostic(diagnostic: Diagnostic, severity: 'error' | 'warning', { file }: ReviewPatch): Remark {
  const { code, message, hint, detail = [], related = [] } = diagnostic;
  const place = diagnostic.place ?? (file === undefined ? undefined : { file });
  return { rule: code, title: code, severity, message, hint, detail, place, related };
}

/** Message and hint, as formats without a place for hints want it. */
export const sentence = ({ message, hint }: Remark): string => (hint === undefined ? message : `${message}\n→ ${hint}`);

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

/**
 * A place's file as code scanning, reviewdog and GitHub's reviews count paths: from the root of the repository, in which the
 * tree may be a folder. Patch files and recipes are not of the tree: they stay as they are named.
 */
export function repositoryPath(file: string, { checkout, patches }: Review): string {
  const folder = checkout?.folder ?? '';
  if (folder === '' || path.isAbsolute(file) || file.startsWith('../')) return file;
  const isChanged = patches.some(({ files }) => files.some((one) => one.path === file || one.oldPath === file));
  const isOther = /\.ya?ml$/.test(file) || patches.some((patch) => patch.file === file);
  return isChanged || !isOther ? `${folder}/${file}` : file;
}
