import { grid } from '../document/markdown/blocks.ts';
import { markdownCode, markdownText } from '../document/markdown/escape.ts';
import { renderMarkdown, renderMarkdownFirstScreen } from '../report/markdown/render.ts';
import { reportView } from '../report/report-view.ts';
import { renderReviewMarkdown } from '../review/markdown/render.ts';
import type { Review } from '../review/types.ts';
import type { GateResult } from '../run/gates/index.ts';
import type { RunRecord } from '../run/types.ts';

/** GitHub's own: characters of a comment, bytes of a step's summary. */
export const COMMENT_LIMIT = 65_536;
export const SUMMARY_LIMIT = 1024 * 1024;

/** For what masking adds, and for GitHub to count otherwise than we do. */
const SPARE = 512;
/** A review in less than this says nothing. */
const LEAST_REVIEW = 4500;
/** Of a summary: more is for the page. */
const MOST_REVIEW = 200_000;

export interface Told {
  readonly record: RunRecord;
  readonly review?: Review | undefined;
  readonly gates: readonly GateResult[];
  /** Sentences that stand above everything: why there is no comment, what could not be kept. */
  readonly remarks: readonly string[];
  readonly links: Readonly<Record<string, string>>;
}

/** The body of a pull request's comment: verdicts, gates, and folded the review. At most `limit` characters. */
export function commentBody(told: Told, marker: string, limit = COMMENT_LIMIT): string {
  const head = [
    marker,
    renderMarkdownFirstScreen(reportView(told.record)).trimEnd(),
    gatesTable(told.gates),
    links(told.links),
  ];
  const remarks = told.remarks.map((remark) => markdownText(remark));
  const top = cut([...head, ...remarks].filter(said).join('\n\n'), limit - SPARE);
  const room = limit - SPARE - top.length;
  return top + foldedReview(told.review, Math.min(room, limit));
}

/** The step's summary: the report with its charts, and folded the review. At most `limit` bytes. */
export function summaryText(told: Told, limit = SUMMARY_LIMIT): string {
  const remarks = told.remarks.map((remark) => `> ${markdownText(remark)}`).join('\n>\n');
  const around = [remarks, gatesTable(told.gates), links(told.links)].filter(said).join('\n\n');
  const tail = foldedReview(told.review, MOST_REVIEW);
  const view = reportView(told.record);
  for (const report of [renderMarkdown(view), renderMarkdownFirstScreen(view)]) {
    for (const end of [tail, '']) {
      const text = `${[report.trimEnd(), around].filter(said).join('\n\n')}\n${end}`;
      if (Buffer.byteLength(text) <= limit - SPARE) return text;
    }
  }
  return cut(`${around}\n\n${renderMarkdownFirstScreen(view)}`, Math.floor((limit - SPARE) / 4));
}

const said = (part: string) => part !== '';

function gatesTable(gates: readonly GateResult[]): string {
  if (gates.length === 0) return '';
  const rows = gates.map(({ gate, target, passed, judged, why }) => [
    `${passed ? (judged ? '✓' : '–') : '✗'} ${markdownCode(gate)}`,
    markdownText(target ?? ''),
    markdownText(why.slice(0, 500)),
  ]);
  return grid(['Gate', 'Target', ''], rows);
}

/** Addresses are the runner's and GitHub's own; what is none is left out. */
function links(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .filter(([, url]) => /^https?:\/\/[\w.:-]+\/[\w./?=&%#-]*$/.test(url))
    .map(([text, url]) => `[${markdownText(text)}](${url})`)
    .join(' · ');
}

function foldedReview(review: Review | undefined, room: number): string {
  if (review === undefined) return '';
  const [open, close] = ['\n\n<details>\n<summary>Review of the patch</summary>\n\n', '\n\n</details>\n'];
  const limit = room - open.length - close.length;
  if (limit < LEAST_REVIEW) return '\n\nThe review has no room here: it is in the artifact, review.html.\n';
  return `${open}${renderReviewMarkdown(review, { limit }).trimEnd()}${close}`;
}

/** The last resort: whole lines, for a table that is cut in a line is none. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const note = '\n\nThe rest has no room here: it is in the artifact, report.html.';
  const kept = text.slice(0, Math.max(0, limit - note.length));
  return kept.slice(0, kept.lastIndexOf('\n')) + note;
}
