import type { Review, ReviewFile, ReviewRow } from '../types.ts';

/** A line of a pull request's diff: `LEFT` of the tree as it was, `RIGHT` as it is with all patches. */
export interface DiffLine {
  readonly side: 'LEFT' | 'RIGHT';
  readonly line: number;
}

/**
 * Where rows of a patch are in the diff of the whole series: a later patch may have moved its lines or taken them away,
 * an earlier one have made those that it removes.
 */
export class SeriesLines {
  readonly #files: readonly { readonly patch: number; readonly file: ReviewFile }[];

  constructor(review: Review) {
    this.#files = review.patches.flatMap(({ files }, patch) => files.map((file) => ({ patch, file })));
  }

  /** @returns `undefined` for a row that the whole diff does not show. */
  place(patch: number, file: ReviewFile, row: ReviewRow): DiffLine | undefined {
    const same = this.#files.filter(({ file: other }) => other.path === file.path);
    if (row.newLine !== undefined) {
      const later = same.filter((other) => other.patch > patch).map((other) => other.file);
      const line = later.reduce<number | undefined>((n, other) => n && across(other, n, 'new'), row.newLine);
      return line === undefined ? undefined : { side: 'RIGHT', line };
    }
    if (row.oldLine === undefined) return undefined;
    const earlier = same.filter((other) => other.patch < patch).map((other) => other.file);
    const line = earlier.reduceRight<number | undefined>((n, other) => n && across(other, n, 'old'), row.oldLine);
    return line === undefined ? undefined : { side: 'LEFT', line };
  }
}

/** The number of a line on the other side of a patch; nothing when it is not there. */
function across(file: ReviewFile, line: number, to: 'old' | 'new'): number | undefined {
  const [here, there] = to === 'new' ? (['oldLine', 'newLine'] as const) : (['newLine', 'oldLine'] as const);
  let shift = 0;
  for (const hunk of file.hunks) {
    const row = hunk.rows.find((one) => one[here] === line);
    if (row !== undefined) return row[there];
    const [start, lines] = to === 'new' ? [hunk.oldStart, hunk.oldLines] : [hunk.newStart, hunk.newLines];
    if (start + lines > line) break;
    shift += to === 'new' ? hunk.newLines - hunk.oldLines : hunk.oldLines - hunk.newLines;
  }
  return line + shift;
}
