import { markdownBlock, markdownCode, markdownText } from '../../document/markdown/escape.ts';
import { TONE_SYMBOL } from '../../document/types.ts';
import { editsMarkdown } from '../markdown/patch.ts';
import type { Review, ReviewFile, ReviewPatch, ReviewRow } from '../types.ts';
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
  const provenance = review.patches.flatMap((patch, index) =>
    patch.files.flatMap((file) =>
      file.hunks.flatMap((hunk) => {
        const edits = editsOf(patch, hunk);
        const rows = hunk.rows.filter(({ kind }) => kind !== 'context');
        const changed = rows.flatMap((row) => placeInSeries(review, index, file, row) ?? []);
        const [first, last] = [changed.at(0), changed.at(-1)];
        if (edits.length === 0 || first === undefined || last === undefined) return [];
        const body = `Made by ${markdownCode(patch.id)}:\n\n${editsMarkdown(edits, patch)}`;
        return [{ path: repositoryPath(file.path, review), ...span(first, last), body }];
      }),
    ),
  );
  return [...provenance, ...remarksOf(review).flatMap((remark) => remarkComment(remark, review))];
}

function span(first: DiffLine, last: DiffLine): Omit<GithubComment, 'path' | 'body'> {
  const end = { line: last.line, side: last.side };
  const single = first.line === last.line && first.side === last.side;
  // A start on the right of an end on the left is no span: GitHub reads the removed lines first.
  const backwards = first.side === last.side ? first.line > last.line : first.side === 'RIGHT';
  return single || backwards ? end : { ...end, start_line: first.line, start_side: first.side };
}

function remarkComment(remark: Remark, review: Review): GithubComment[] {
  const { place, severity, message, hint } = remark;
  const found = place?.line === undefined ? undefined : findRow(review, place.file, place.line);
  const at = found && placeInSeries(review, found.patch, found.file, found.row);
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
type DiffLine = Pick<GithubComment, 'line' | 'side'>;

/**
 * Where a row of a patch is in the diff of the whole series: a later patch may have moved its lines or taken them away,
 * an earlier one have made those that it removes.
 * @returns `undefined` for a row that the whole diff does not show.
 */
function placeInSeries({ patches }: Review, index: number, file: ReviewFile, row: ReviewRow): DiffLine | undefined {
  const same = (some: readonly ReviewPatch[]) =>
    some.flatMap(({ files }) => files.filter(({ path }) => path === file.path));
  const right = row.newLine !== undefined;
  const others = right ? same(patches.slice(index + 1)) : same(patches.slice(0, index)).reverse();
  const line = others.reduce(
    (n, other) => (n === undefined ? undefined : across(other, n, right ? 'new' : 'old')),
    right ? row.newLine : row.oldLine,
  );
  return line === undefined ? undefined : { side: right ? 'RIGHT' : 'LEFT', line };
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
