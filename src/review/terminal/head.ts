import { count } from '../../document/format.ts';
import { printableLine } from '../../document/printable.ts';
import { blockLines, factLines, signedLine, titleLines } from '../../document/terminal/blocks.ts';
import { wrap } from '../../document/terminal/columns.ts';
import { evidenceTable, problemBlocks } from '../blocks.ts';
import type { Review, ReviewPatch, ReviewRun } from '../types.ts';
import { errorLines, plusMinus, shortHashes, summaryOf, toneOf, VERDICT } from '../words.ts';
import type { Style } from './style.ts';

/** Of more patches than these the steps that passed are only counted. */
const MOST_LADDERS = 3;

const OVERALL = { good: 'OK', bad: 'NO', attention: 'TO LOOK AT', plain: 'NOT VERIFIED', unknown: '' } as const;

const PAGER = 'In a pager: /^@@ the next hunk, /^── the next file, /^━━ the next patch';

/** The first screen: what it is, what it comes to, what a run said, what was verified and what is wrong. */
export function headLines(review: Review, style: Style): string[] {
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
    ...run.targets.flatMap((target) => [
      ...wrap(printableLine(target.name), style.width, '  ').map(style.bold),
      ...factLines(
        target.facts.map(({ label: name, value }) => ({ name, value })),
        style,
        '    ',
      ),
    ]),
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
