import { markdownBlock, markdownCode, markdownText } from '../../document/markdown/escape.ts';
import { TONE_SYMBOL } from '../../document/tone.ts';
import type { Review, ReviewFile, ReviewHunk, ReviewPatch } from '../types.ts';
import { editsOf, FINDING_TONE } from '../words.ts';
import { findRow } from './lines.ts';
import { type Remark, remarksOf } from './remarks.ts';
import { repositoryPath } from './repository-path.ts';
import { type DiffLine, SeriesLines } from './series-lines.ts';

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
