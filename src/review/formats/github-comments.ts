import { markdownBlock, markdownCode, markdownText } from '../../document/markdown/escape.ts';
import { TONE_SYMBOL } from '../../document/types.ts';
import type { Review, ReviewFile, ReviewHunk, ReviewPatch, ReviewRow } from '../types.ts';
import { editsOf, FINDING_TONE } from '../words.ts';
import { findRow, type Remark, remarksOf, repositoryPath } from './remarks.ts';

/**
 * A comment for `POST /repos/{owner}/{repo}/pulls/{number}/reviews` (GitHub REST API). GitHub refuses the whole review
 * when one of them is not within the diff.
 */
export interface GithubComment {
  readonly path: string;
  readonly line: number;
  readonly side: 'LEFT' | 'RIGHT';
  /** Of several lines the first. */
  readonly start_line?: number;
  readonly start_side?: 'LEFT' | 'RIGHT';
  /** Markdown, in which nobody but us says anything. */
  readonly body: string;
}

/** GitHub takes 65,536 characters; a comment that long is not read. */
const MOST_DETAIL = 4000;

/**
 * Comments for a pull request whose diff is the series: on each hunk the edits that made it and why, and what problems,
 * warnings and checks say of lines that the diff shows. What they say of other lines is in the markdown and in SARIF.
 */
export function reviewComments(review: Review): readonly GithubComment[] {
  const lines = new SeriesLines(review);
  return [
    ...review.patches.flatMap((patch, i) =>
      patch.files.flatMap((file) => file.hunks.flatMap((hunk) => provenance(patch, i, file, hunk, lines, review))),
    ),
    ...remarksOf(review).flatMap((remark) => remarkComment(remark, review, lines)),
  ];
}

function provenance(
  patch: ReviewPatch,
  index: number,
  file: ReviewFile,
  hunk: ReviewHunk,
  lines: SeriesLines,
  review: Review,
): GithubComment[] {
  const edits = editsOf(patch, hunk);
  const changed = hunk.rows
    .filter(({ kind }) => kind !== 'context')
    .flatMap((row) => lines.place(index, file, row) ?? []);
  const [first, last] = [changed.at(0), changed.at(-1)];
  if (edits.length === 0 || first === undefined || last === undefined) return [];
  const said = edits.map(({ edit, kind, why }) => `- edit ${edit + 1}, ${markdownCode(kind)}: ${markdownText(why)}`);
  const body = `Made by ${markdownCode(patch.id)}:\n\n${said.join('\n')}`;
  return [{ path: repositoryPath(file.path, review), ...span(first, last), body }];
}

function span(first: DiffLine, last: DiffLine): Omit<GithubComment, 'path' | 'body'> {
  const end = { line: last.line, side: last.side };
  const single = first.line === last.line && first.side === last.side;
  // A start on the right of an end on the left is no span: GitHub reads the removed lines first.
  const backwards = first.side === last.side ? first.line > last.line : first.side === 'RIGHT';
  return single || backwards ? end : { ...end, start_line: first.line, start_side: first.side };
}

function remarkComment(remark: Remark, review: Review, lines: SeriesLines): GithubComment[] {
  const { place, severity, message, hint } = remark;
  const found = place?.line === undefined ? undefined : findRow(review, place.file, place.line);
  const at = found === undefined ? undefined : lines.place(found.patch, found.file, found.row);
  if (found === undefined || at === undefined) return [];
  const detail = remark.detail.join('\n');
  const body = [
    `${TONE_SYMBOL[FINDING_TONE[severity]]} ${markdownText(message)}`,
    ...(detail === '' || detail.length > MOST_DETAIL ? [] : [markdownBlock(detail)]),
    ...(hint === undefined ? [] : [`→ ${markdownText(hint)}`]),
    `<sub>${markdownText(remark.title)}</sub>`,
  ].join('\n\n');
  return [{ path: repositoryPath(found.file.path, review), line: at.line, side: at.side, body }];
}

/** A line of a pull request's diff: `LEFT` of the tree as it was, `RIGHT` as it is with all patches. */
interface DiffLine {
  readonly side: 'LEFT' | 'RIGHT';
  readonly line: number;
}

/**
 * Where rows of a patch are in the diff of the whole series: a later patch may have moved its lines or taken them away,
 * an earlier one have made those that it removes.
 */
class SeriesLines {
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
