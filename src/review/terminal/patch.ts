import { printableLine } from '../../document/printable.ts';
import { blockLines, factLines, paragraphLines, ruled } from '../../document/terminal/blocks.ts';
import { wrap } from '../../document/terminal/columns.ts';
import { editsTable } from '../blocks.ts';
import type { ReviewFile, ReviewPatch } from '../types.ts';
import { fileRemarks, plusMinus, provenanceOf, shortHashes, VERDICT } from '../words.ts';
import { hunkLines } from './hunk.ts';
import type { Style } from './style.ts';

/** A patch in full: why it is, what it was made from, all its edits, then file by file. */
export function patchLines(patch: ReviewPatch, style: Style): string[] {
  return [
    ruled('━', patch.id, VERDICT[patch.verdict].word, style, style.heading),
    ...(patch.title === patch.id ? [] : wrap(printableLine(patch.title), style.width).map(style.bold)),
    ...gap(paragraphLines(patch.why, style)),
    ...gap(
      factLines(
        provenanceOf(patch).map(({ name, value }) => ({ name, value: shortHashes(value) })),
        style,
      ),
    ),
    ...(patch.edits.length === 0
      ? []
      : ['', style.bold('The recipe’s edits'), ...blockLines(editsTable(patch), style)]),
    ...patch.files.flatMap((file) => ['', ...fileLines(file, patch, style)]),
  ];
}

const gap = (lines: readonly string[]) => (lines.length === 0 ? [] : ['', ...lines]);

function fileLines(file: ReviewFile, patch: ReviewPatch, style: Style): string[] {
  const remarks = fileRemarks(file).map(printableLine).join(', ');
  return [
    ruled('─', file.path, plusMinus(file), style),
    ...(remarks === '' ? [] : wrap(remarks, style.width).map(style.dim)),
    ...file.hunks.flatMap((hunk, i) => hunkLines(hunk, file.hunks[i - 1], patch, file, style)),
  ];
}
