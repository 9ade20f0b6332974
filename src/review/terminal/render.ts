import { count } from '../../document/format.ts';
import { printableLine } from '../../document/printable.ts';
import {
  blockLines,
  factLines,
  paragraphLines,
  ruled,
  signedLine,
  titleLines,
} from '../../document/terminal/blocks.ts';
import { wrap } from '../../document/terminal/style.ts';
import { checksTable, editsTable, evidenceTable, foundBlocks, problemBlocks } from '../blocks.ts';
import type { Review, ReviewCheck, ReviewPatch, ReviewRun } from '../types.ts';
import {
  editsToTell,
  errorLines,
  fileRemarks,
  plusMinus,
  provenanceOf,
  shortHashes,
  summaryOf,
  toneOf,
  VERDICT,
} from '../words.ts';
import { comparisonLines } from './comparison.ts';
import { hunkLines, IN_FULL, reviewStyle, type Style, type TerminalStyle } from './rows.ts';

/**
 * The review on a terminal or in a pager: what it comes to and what was verified, what changed since, what the checks
 * found, then the patches. No cursor movement; each line closes the colours that it opens. Ends with a line end.
 * @param style `width` in columns; below 40 the terminal wraps by itself.
 */
export function renderReviewTerminal(review: Review, style: TerminalStyle): string {
  const how = reviewStyle(style);
  const lines = [
    ...headLines(review, how),
    ...checkLines(review.checks, how),
    ...comparisonLines(review.comparison, how),
    ...review.patches.flatMap((patch) => ['', ...patchLines(patch, how)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Of findings of a check, and of rows of a table. */
const MOST = 40;

function checkLines(checks: readonly ReviewCheck[], style: Style): string[] {
  if (checks.length === 0) return [];
  const found = checks.flatMap((check) => {
    const lines = foundBlocks(check, MOST, IN_FULL).flatMap((block) => blockLines(block, style));
    return gap(lines.length === 0 ? [] : [...wrap(printableLine(check.title), style.width).map(style.bold), ...lines]);
  });
  return ['', style.bold('What a reviewer would look at'), ...blockLines(checksTable(checks), style), ...found];
}

function patchLines(patch: ReviewPatch, style: Style): string[] {
  const facts = provenanceOf(patch).map(({ name, value }) => ({ name, value: shortHashes(value) }));
  return [
    ruled('━', patch.id, VERDICT[patch.verdict].word, style, style.heading),
    ...(patch.title === patch.id ? [] : wrap(printableLine(patch.title), style.width).map(style.bold)),
    ...gap(paragraphLines(patch.why, style)),
    ...gap(factLines(facts, style)),
    ...(editsToTell(patch).length === 0
      ? []
      : ['', style.bold('The recipe’s edits'), ...blockLines(editsTable(patch), style)]),
    ...patch.files.flatMap((file) => {
      const remarks = fileRemarks(file).map(printableLine).join(', ');
      return [
        '',
        ruled('─', file.path, plusMinus(file), style),
        ...(remarks === '' ? [] : wrap(remarks, style.width).map(style.dim)),
        ...file.hunks.flatMap((hunk, i) => hunkLines(hunk, file.hunks[i - 1], patch, file, style)),
      ];
    }),
  ];
}

const gap = (lines: readonly string[]) => (lines.length === 0 ? [] : ['', ...lines]);

/** Of more patches than these the steps that passed are only counted. */
const MOST_LADDERS = 3;

const OVERALL = { good: 'OK', bad: 'NO', attention: 'TO LOOK AT', plain: 'NOT VERIFIED', unknown: '' } as const;

const PAGER = 'In a pager: /^@@ the next hunk, /^── the next file, /^━━ the next patch';

/** The first screen: what it is, what it comes to, what a run said, what was verified and what is wrong. */
function headLines(review: Review, style: Style): string[] {
  const tone = toneOf(review);
  const where = review.checkout === undefined ? '' : `${review.checkout.label}, ${shortHashes(review.checkout.base)}`;
  return [
    ...titleLines(`Review: ${review.title}`, tone, OVERALL[tone], style),
    ...(where === '' ? [] : wrap(printableLine(where), style.width).map(style.dim)),
    ...wrap(summaryOf(review), style.width),
    ...errorLines(review).flatMap((line) => signedLine('bad', line, style)),
    ...(review.patches.some(({ files }) => files.length > 0) ? wrap(PAGER, style.width).map(style.dim) : []),
    ...runLines(review.run, style),
    ...review.patches.flatMap((patch) => ladderLines(patch, review.patches.length > MOST_LADDERS, style)),
  ];
}

function runLines(run: ReviewRun | undefined, style: Style): string[] {
  if (run === undefined) return [];
  const tone = run.ok ? 'good' : 'bad';
  return [
    '',
    ...signedLine(tone, `Run ${run.id}`, style, '', style.bold),
    ...run.lines.flatMap((line) => wrap(printableLine(line), style.width, '  ')),
    ...run.targets.flatMap((target) => {
      const facts = target.facts.map(({ label: name, value }) => ({ name, value }));
      return [
        ...wrap(printableLine(target.name), style.width, '  ').map(style.bold),
        ...factLines(facts, style, '    '),
      ];
    }),
  ];
}

function ladderLines(patch: ReviewPatch, short: boolean, style: Style): string[] {
  // Of a patch that was only read there is no more to say than the summary does.
  if (patch.verdict === 'read' && patch.evidence.length + patch.problems.length + patch.warnings.length === 0)
    return [];
  const tone = patch.problems.length > 0 ? 'bad' : VERDICT[patch.verdict].tone;
  const size = patch.files.length === 0 ? '' : ` · ${count(patch.files.length, 'file')} · ${plusMinus(patch)}`;
  const heading = `${patch.id} · ${VERDICT[patch.verdict].word}${size}`;
  return [
    '',
    ...signedLine(tone, heading, style, '', style.bold),
    ...(patch.reason === undefined ? [] : wrap(printableLine(patch.reason), style.width, '  ')),
    ...[...evidenceTable(patch, short), ...problemBlocks(patch)].flatMap((block) => blockLines(block, style)),
  ];
}
