import { hunkHead } from '../../diff/write.ts';
import { details } from '../../document/markdown/blocks.ts';
import { markdownBlock, markdownCode, markdownText } from '../../document/markdown/escape.ts';
import { printableSource } from '../../document/printable.ts';
import type { ReviewFile, ReviewHunk, ReviewPatch, ReviewRow } from '../types.ts';
import { editsOf, fileRemarks, plusMinus, SIGNS } from '../words.ts';

/** A file's diff, folded: in front of each run of hunks the edits that made it, and why. */
export function fileMarkdown(file: ReviewFile, patch: ReviewPatch): string {
  const summary = [plusMinus(file), ...fileRemarks(file)].join(', ');
  const body = runs(file.hunks).map((hunks) => {
    const [first] = hunks;
    const edits = first === undefined ? [] : editsOf(patch, first);
    const said = edits.map(({ edit, kind, why }) => `- edit ${edit + 1}, ${markdownCode(kind)}: ${markdownText(why)}`);
    const block = markdownBlock(hunks.flatMap((hunk) => hunkLines(hunk, file)).join('\n'), 'diff');
    return [...(said.length === 0 ? [] : [said.join('\n')]), block].join('\n\n');
  });
  return details(summary, body.length === 0 ? 'It has no lines to show.' : body.join('\n\n'), file.path);
}

/** Neighbours that the same edits made. */
function runs(hunks: readonly ReviewHunk[]): readonly (readonly ReviewHunk[])[] {
  const out: ReviewHunk[][] = [];
  for (const hunk of hunks) {
    const last = out.at(-1);
    if (last !== undefined && String(last[0]?.edits) === String(hunk.edits)) last.push(hunk);
    else out.push([hunk]);
  }
  return out;
}

function hunkLines(hunk: ReviewHunk, file: ReviewFile): readonly string[] {
  return [
    `${hunkHead(hunk)} ${printableSource(hunk.section)}`.trimEnd(),
    ...hunk.rows.flatMap((row) => rowLines(row, file)),
  ];
}

function rowLines({ kind, text, eol }: ReviewRow, file: ReviewFile): readonly string[] {
  const cr = file.eol === 'mixed' && eol === '\r\n' ? '\r' : '';
  const line = `${SIGNS[kind]}${printableSource(text + cr)}`;
  return eol === '' ? [line, '\\ No newline at end of file'] : [line];
}
