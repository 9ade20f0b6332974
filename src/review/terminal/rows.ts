import { hunkHead } from '../../diff/write.ts';
import { printableLine } from '../../document/printable.ts';
import { type Paint, type Style as PlainStyle, shorten, terminalStyle, wrap } from '../../document/terminal/style.ts';
import type { ReviewFile, ReviewHunk, ReviewPatch, ReviewRow } from '../types.ts';
import { editsOf, madeBy, SIGNS } from '../words.ts';
import { type CodeLine, codeLines } from './code-cells.ts';

/** From here on there is room for both line numbers in front of 80 columns of code. */
const BOTH_NUMBERS = 100;

const NO_NEWLINE = '\\ No newline at end of file';
const BRACKETS = { context: undefined, removed: ['[-', '-]'], added: ['{+', '+}'] } as const;

export interface RowOptions {
  /** Line ends differ within the file: CR is shown. */
  readonly showCr?: boolean;
  /** Rows are lines of a hunk, their own sign in front: nothing is said of line ends, and numbers are of no file. */
  readonly ofHunks?: boolean;
}

export function unifiedRows(rows: readonly ReviewRow[], style: Style, options: RowOptions = {}): string[] {
  const digits = digitsOf(rows);
  const gutter = ({ oldLine, newLine }: ReviewRow) => {
    if (options.ofHunks) return '  ';
    const numbers = style.width >= BOTH_NUMBERS ? [oldLine, newLine] : [newLine ?? oldLine];
    return numbers.map((n) => `${String(n ?? '').padStart(digits)} `).join('');
  };
  return rows
    .flatMap((row) => rowLines(row, gutter(row), style.width, style, options))
    .map(({ text }) => text.trimEnd());
}

/** Rows of a hunk beside each other: what was on the left, what is on the right, counterparts in one line. */
export function sideBySideRows(rows: readonly ReviewRow[], style: Style, options: RowOptions = {}): string[] {
  const digits = digitsOf(rows);
  const half = Math.floor((style.width - 3) / 2);
  const bar = ` ${style.dim('│')} `;
  const side = (row: ReviewRow | undefined, number: number | undefined) =>
    row === undefined ? [] : rowLines(row, `${String(number ?? '').padStart(digits)} `, half, style, options);
  return [...beside(rows)].flatMap(({ left, right }) => {
    const [was, is] = [side(left, left?.oldLine), side(right, right?.newLine)];
    return Array.from({ length: Math.max(was.length, is.length) }, (_, i) => {
      const { text = '', width = 0 } = was[i] ?? {};
      return `${text}${' '.repeat(Math.max(0, half - width))}${bar}${is[i]?.text ?? ''}`.trimEnd();
    });
  });
}

/** A row in as many lines as it needs, and the columns that they take. @param gutter in front of the first. */
function rowLines(row: ReviewRow, gutter: string, room: number, style: Style, options: RowOptions) {
  const paint = paintOf(row, style);
  const front = gutter.length;
  const lines = shown(row, room - front - 1, style, options).map((line, i) => ({
    text: `${style.dim(i === 0 ? gutter : '↳ '.padStart(front))}${paint(SIGNS[row.kind])}${painted(line, paint, style)}`,
    width: front + 1 + line.width,
  }));
  if (row.eol !== '' || options.ofHunks) return lines;
  return [...lines, { text: `${' '.repeat(front)}${style.dim(NO_NEWLINE)}`, width: front + NO_NEWLINE.length }];
}

/** What stands in one line: counterparts, and between those what was removed beside what was added. */
function* beside(rows: readonly ReviewRow[]): Generator<{ left?: ReviewRow; right?: ReviewRow }> {
  for (let at = 0; at < rows.length; ) {
    const row = rows[at];
    if (row?.kind === 'context') {
      yield { left: row, right: row };
      at++;
      continue;
    }
    let [left, right] = [at, at];
    while (rows[right]?.kind === 'removed') right++;
    const middle = right;
    let end = middle;
    while (rows[end]?.kind === 'added') end++;
    while (left < middle || right < end) {
      const [l, r] = [left < middle ? rows[left] : undefined, right < end ? rows[right] : undefined];
      // Who has a counterpart waits for it, as long as it is yet to come.
      const waits = (row: ReviewRow | undefined, other: number, to: number) =>
        row?.pair !== undefined && row.pair > other && row.pair < to;
      if (l !== undefined && waits(l, right, end) && r !== undefined) {
        yield { right: r };
        right++;
      } else if (r !== undefined && waits(r, left, middle) && l !== undefined) {
        yield { left: l };
        left++;
      } else {
        yield { ...(l && { left: l }), ...(r && { right: r }) };
        if (l !== undefined) left++;
        if (r !== undefined) right++;
      }
    }
    at = Math.max(end, at + 1);
  }
}

function shown(row: ReviewRow, room: number, style: Style, options: RowOptions): readonly CodeLine[] {
  const text = options.showCr && row.eol === '\r\n' ? `${row.text}\r` : row.text;
  const blanks = style.color && row.kind === 'added' ? /[ \t]+$/.exec(row.text) : null;
  const marks = blanks === null ? row.marks : [...row.marks, [blanks.index, row.text.length] as const];
  return codeLines(text, marks, Math.max(8, room), style.color ? undefined : BRACKETS[row.kind]);
}

function painted(line: CodeLine, paint: Paint, style: Style): string {
  let out = '';
  for (let at = 0; at < line.pieces.length; ) {
    const marked = line.pieces[at]?.marked === true;
    let run = '';
    for (; at < line.pieces.length && line.pieces[at]?.marked === marked; at++) run += line.pieces[at]?.text;
    out += marked && style.color ? style.mark(paint(run)) : paint(run);
  }
  return out;
}

const paintOf = ({ kind }: ReviewRow, { bad, good }: Style): Paint =>
  ({ removed: bad, added: good, context: (text: string) => text })[kind];

function digitsOf(rows: readonly ReviewRow[]): number {
  const most = rows.reduce((n, { oldLine = 0, newLine = 0 }) => Math.max(n, oldLine, newLine), 0);
  return Math.max(4, String(most).length);
}

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
    ...editsOf(patch, hunk).flatMap((edit) => {
      const label = `${printableLine(madeBy(patch, edit))}: `;
      const said = again ? 'as above' : printableLine(edit.why);
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

export interface Style extends PlainStyle {
  readonly layout: 'unified' | 'side-by-side';
}

export interface TerminalStyle {
  readonly width: number;
  readonly color: boolean;
  /** `auto`: side by side where both sides have room. */
  readonly layout?: 'auto' | 'unified' | 'side-by-side' | undefined;
}

export const IN_FULL = ': in the page (--format html) and in the JSON';

/** Of more lines of detail than these the rest is counted. */
const MOST_DETAIL = 40;

/** From here on both sides have 60 columns of code. */
const SIDE_BY_SIDE = 140;

/** Narrower than this two columns of code are two columns of fragments, whatever was asked for. */
const NARROWEST_SIDES = 80;

export function reviewStyle({ width: asked, color, layout = 'auto' }: TerminalStyle): Style {
  const style = terminalStyle({ width: asked, color });
  const { width } = style;
  const sides = layout === 'side-by-side' ? width >= NARROWEST_SIDES : layout === 'auto' && width >= SIDE_BY_SIDE;
  return { ...style, detail: { most: MOST_DETAIL, full: IN_FULL }, layout: sides ? 'side-by-side' : 'unified' };
}
