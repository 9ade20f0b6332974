import { hunkHead } from '../../diff/write.ts';
import { printableLine } from '../../document/printable.ts';
import { shorten, wrap } from '../../document/terminal/columns.ts';
import type { ReviewFile, ReviewHunk, ReviewPatch } from '../types.ts';
import { editsOf } from '../words.ts';
import { sideBySideRows, unifiedRows } from './rows.ts';
import type { Style } from './style.ts';

/** A hunk: where, the edits that made it and why, its rows. `before` is the hunk above it, to say nothing twice. */
export function hunkLines(
  hunk: ReviewHunk,
  before: ReviewHunk | undefined,
  patch: ReviewPatch,
  file: ReviewFile,
  style: Style,
): string[] {
  const again = before !== undefined && hunk.edits.length > 0 && String(before.edits) === String(hunk.edits);
  return [
    hunkHeading(hunk, style),
    ...editsOf(patch, hunk).flatMap(({ edit, kind, why }) => {
      const label = `edit ${edit + 1}, ${printableLine(kind)}: `;
      const said = again ? 'as above' : printableLine(why);
      return wrap(`${label}${said}`, style.width, '  ▸ ', '    ').map(style.attention);
    }),
    ...hunkRows(hunk, file, style),
  ];
}

/** At the line's start, so that a pager finds hunks with `/^@@`. */
export function hunkHeading(hunk: ReviewHunk, style: Style): string {
  const range = hunkHead(hunk);
  return `${style.heading(range)} ${shorten(hunk.section, Math.max(1, style.width - range.length - 1))}`.trimEnd();
}

/** Beside each other, unless one side has nothing. */
export function hunkRows(hunk: ReviewHunk, file: Pick<ReviewFile, 'eol'> | undefined, style: Style): string[] {
  const options = { showCr: file?.eol === 'mixed' };
  const oneSided = hunk.oldLines === 0 || hunk.newLines === 0;
  return style.layout === 'side-by-side' && !oneSided
    ? sideBySideRows(hunk.rows, style, options)
    : unifiedRows(hunk.rows, style, options);
}
