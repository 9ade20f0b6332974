import { integer } from '../../document/format.ts';
import { blockMarkdown, details, grid, link, strong } from '../../document/markdown/blocks.ts';
import { markdownBlock, markdownText } from '../../document/markdown/escape.ts';
import { fitParts, type Part } from '../../document/markdown/fit.ts';
import { TONE_SYMBOL } from '../../document/types.ts';
import { checksTable, foundDetails } from '../blocks.ts';
import { patchDifference } from '../formats/range-diff.ts';
import type { PatchComparison, Review, ReviewCheck, ReviewComparison, ReviewRun } from '../types.ts';
import { CHANGE, countsOf, errorLines, summaryOf, toneOf } from '../words.ts';
import { part, patchParts, RANK } from './patch.ts';

export interface MarkdownOptions {
  /** Characters; a job's summary may have 1 MiB. */
  readonly limit?: number | undefined;
  /** Addresses: `review` of the review in full, `run` of the run's report, and of files by their paths. */
  readonly links?: Readonly<Record<string, string>> | undefined;
}

/** Of a comment on GitHub. */
const COMMENT = 65_536;

/** Shorter than this there is no room for a heading and the note. */
const LEAST = 4000;

const NOTE_ROOM = 2000;
const MOST_NAMES = 8;

/**
 * The review for a pull request: what it comes to, problems, what was verified, checks, and folded the diff of each file.
 * GitHub-flavoured markdown of at most `limit` characters; what does not fit is told and linked. Nothing in names,
 * messages or sources is read as markdown, HTML, mention or link. Ends with a line end.
 */
export function renderReviewMarkdown(review: Review, options: MarkdownOptions = {}): string {
  const limit = Math.max(LEAST, options.limit ?? COMMENT);
  const links = options.links ?? {};
  const parts: Part[] = [
    { forms: [head(review, 1000), head(review, 100)], rank: RANK.head, name: 'the title' },
    part('run', 'what the run found', runMarkdown(review.run, links)),
    ...comparisonParts(review.comparison),
    ...checkParts(review.checks),
    ...review.patches.flatMap((patch) => patchParts(patch, links)),
  ];
  return fitParts(parts, limit, (missing) => note(missing, limit, links), NOTE_ROOM);
}

function head(review: Review, most: number): string {
  const cut = (text: string) => markdownText(text.length > most ? `${text.slice(0, most)}…` : text);
  const { checkout } = review;
  return [
    `## ${TONE_SYMBOL[toneOf(review)]} Review: ${cut(review.title)}`,
    ...(checkout === undefined ? [] : [cut(`${checkout.label}, ${checkout.base}`)]),
    summaryOf(review),
    ...errorLines(review).map((line) => `${TONE_SYMBOL.bad} ${cut(line)}`),
  ].join('\n\n');
}

function runMarkdown(run: ReviewRun | undefined, links: Readonly<Record<string, string>>): string {
  if (run === undefined) return '';
  const name = link(`Run ${markdownText(run.id)}`, links.run);
  const rows = run.targets.flatMap(({ name: target, facts }) =>
    facts.map(({ label, value }, i) => [i === 0 ? strong(target) : '', markdownText(label), markdownText(value)]),
  );
  return [
    `### ${TONE_SYMBOL[run.ok ? 'good' : 'bad']} ${name}`,
    ...run.lines.map(markdownText),
    ...(rows.length === 0 ? [] : [grid(['Target', '', ''], rows)]),
  ].join('\n\n');
}

/** At most `NOTE_ROOM` characters: names are short, and few. */
function note(missing: readonly string[], limit: number, links: Readonly<Record<string, string>>): string {
  const named: string[] = [];
  for (const name of missing.slice(0, MOST_NAMES)) {
    if (named.join(', ').length + name.length < NOTE_ROOM / 2) named.push(name);
  }
  const rest = missing.length - named.length;
  const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
  const full = link('Everything is in the page of this review', links.review);
  const where =
    full.startsWith('[') && full.length < NOTE_ROOM / 3 ? `${full}.` : 'Everything: `forkwright review --format html`.';
  return `**Not shown in full**, for there is room for ${integer(limit)} characters: ${list}. ${where}`;
}

const FEW = 20;

function checkParts(checks: readonly ReviewCheck[]): readonly Part[] {
  if (checks.length === 0) return [];
  const found = (check: ReviewCheck, most?: number) => foundDetails(check, most).map(blockMarkdown).join('');
  const table = `### What a reviewer would look at\n\n${blockMarkdown(checksTable(checks))}`;
  return [
    part('checks', 'what the checks say', table),
    ...checks.map((check) => {
      const name = `what the check ${markdownText(check.title.slice(0, 80))} found`;
      return part('findings', name, found(check), found(check, FEW));
    }),
  ];
}

/** What changed since, a line a patch; folded the differences, those of context told but not shown. */
function comparisonParts(comparison: ReviewComparison | undefined): readonly Part[] {
  if (comparison === undefined) return [];
  const heading = `### What changed: ${markdownText(comparison.old)} → ${markdownText(comparison.new)}`;
  const rows = comparison.patches.map((patch) => [
    TONE_SYMBOL[CHANGE[patch.status].tone],
    markdownText(patch.id),
    `${patch.oldIndex ?? '–'} → ${patch.newIndex ?? '–'}`,
    CHANGE[patch.status].word,
  ]);
  const counts = `${countsOf(comparison.counts)}.`;
  const full = `${heading}\n\n${counts}\n\n${grid(['', 'Patch', 'Place', ''], rows)}`;
  return [
    part('comparison', 'what changed', full, `### What changed\n\n${counts}`),
    ...comparison.patches.map((patch) =>
      part('differences', `what changed in ${markdownText(patch.id.slice(0, 80))}`, difference(patch)),
    ),
  ];
}

function difference(patch: PatchComparison): string {
  const lines = patchDifference(patch);
  if (lines.length === 0) return '';
  return details(`What changed in ${patch.id}: ${CHANGE[patch.status].word}`, markdownBlock(lines.join('\n'), 'diff'));
}
