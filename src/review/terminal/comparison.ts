import { printableLine } from '../../document/printable.ts';
import { ruled, signedLine } from '../../document/terminal/blocks.ts';
import { wrap } from '../../document/terminal/style.ts';
import type { FileComparison, HunkComparison, PatchComparison, ReviewComparison } from '../types.ts';
import { CHANGE, countsOf, quietHunks, shortHashes } from '../words.ts';
import { hunkHeading, hunkRows, type Style, unifiedRows } from './rows.ts';

const SIGNS = 'Of two signs in front of a line, the first is of the two versions, the second of the patch.';

/** What changed between two reviews: what is the same is counted, context a line, substance in full. */
export function comparisonLines(comparison: ReviewComparison | undefined, style: Style): string[] {
  if (comparison === undefined) return [];
  const sides = `${printableLine(comparison.old)} → ${printableLine(comparison.new)}`;
  return [
    '',
    ruled('━', 'What changed', '', style, style.heading),
    ...wrap(`${sides}: ${countsOf(comparison.counts)}.`, style.width),
    ...(comparison.counts.changed > 0 ? wrap(SIGNS, style.width).map(style.dim) : []),
    ...comparison.patches.flatMap((patch) => ['', ...patchLines(patch, style)]),
  ];
}

function patchLines(patch: PatchComparison, style: Style): string[] {
  const tone = CHANGE[patch.status].tone;
  const place = (n: number | undefined) => (n === undefined ? '-' : String(n));
  const from = `${place(patch.oldIndex)} → ${place(patch.newIndex)}`;
  return [
    ...signedLine(tone, `${patch.id} (${from}): ${CHANGE[patch.status].word}`, style, '', style.bold),
    ...patch.facts.flatMap(({ label, old, new: now }) => [
      ...wrap(`${printableLine(label)}:`, style.width, '  '),
      ...wrap(shortHashes(printableLine(old)), style.width, '    - ', '      ').map(style.bad),
      ...wrap(shortHashes(printableLine(now)), style.width, '    + ', '      ').map(style.good),
    ]),
    ...patch.files.flatMap((file) => fileLines(file, style)),
  ];
}

function fileLines(file: FileComparison, style: Style): string[] {
  const tone = CHANGE[file.status].tone;
  const was = file.oldPath === undefined || file.oldPath === file.path ? '' : ` (was ${file.oldPath})`;
  const quiet = quietHunks(file);
  const said = `${file.path}${was}: ${CHANGE[file.status].word}${quiet === '' ? '' : ` (hunks: ${quiet})`}`;
  return [...signedLine(tone, said, style, '  '), ...file.hunks.flatMap((hunk) => hunkComparison(hunk, style))];
}

function hunkComparison(hunk: HunkComparison, style: Style): string[] {
  const at = hunk.new ?? hunk.old;
  if (at === undefined) return [];
  const line = (said: string) =>
    wrap(
      printableLine(`line ${at.newStart}${at.section === '' ? '' : `, ${at.section}`}: ${said}`),
      style.width,
      '    ',
      '      ',
    );
  switch (hunk.status) {
    case 'same':
    case 'moved':
      return [];
    case 'context': {
      const n = hunk.rows.filter(({ kind }) => kind !== 'context').length;
      return line(`context only${n === 0 ? '' : `, ${n} of the lines around it`}`).map(style.dim);
    }
    case 'white-space':
      return line('white space only').map(style.dim);
    case 'changed':
      return [hunkHeading(at, style), ...unifiedRows(hunk.rows, style, { ofHunks: true })];
    case 'removed':
    case 'added':
      return [
        hunkHeading(at, style),
        ...wrap(`This hunk is ${CHANGE[hunk.status].word}:`, style.width, '  ').map(style.attention),
        ...hunkRows(at, undefined, style),
      ];
  }
}
