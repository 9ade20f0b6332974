import { deflateRawSync } from 'node:zlib';
import { count, integer } from '../../document/format.ts';
import { html, Markup } from '../../document/html/markup.ts';
import { printableSource } from '../../document/printable.ts';
import type { ReviewFile, ReviewHunk, ReviewRow } from '../types.ts';
import { SIGNS } from '../words.ts';
import { codeHtml, linesOf, segmentsOf, type Token } from './code.ts';

/** Rows that are drawn as one: a browser lays out only those near the screen. */
const BLOCK = 50;

const CLASS = { context: 'r', removed: 'r d', added: 'r a' } as const;

/**
 * The rows of a hunk, a block at a time. A block ends where no pair is cut in two, unless it gets far too long:
 * the page's script lays each block side by side on its own.
 */
export function rowsHtml(
  rows: readonly ReviewRow[],
  tokens: readonly (readonly Token[])[] = [],
  eol: ReviewFile['eol'] = 'lf',
): Markup {
  return html`${blocks(rows).map(
    ([from, to]) =>
      html`<div class="${to - from >= BLOCK - 10 ? 'rows much' : 'rows'}">\n${rows.slice(from, to).map((row, i) => rowHtml(row, from + i, to, tokens[from + i], eol))}</div>`,
  )}`;
}

/** The lines of a hunk as text, as they are in a diff. The page's script makes rows of it: see assets/rows.js. */
export function textHtml({ oldStart, oldLines, newStart, newLines, rows }: ReviewHunk, eol: ReviewFile['eol']): Markup {
  const said = (row: ReviewRow) => {
    const text = row.eol === '\r\n' && eol === 'mixed' ? `${row.text}\r` : row.text;
    const end = row.eol === '' ? ' ⟨no newline at the end⟩' : '';
    return `${SIGNS[row.kind]}${printableSource(text)}${end}`;
  };
  return html`<pre class="lines" data-old="${first(oldStart, oldLines)}" data-new="${first(newStart, newLines)}">${rows.map(said).join('\n')}</pre>`;
}

function blocks(rows: readonly ReviewRow[]): readonly (readonly [number, number])[] {
  const out: [number, number][] = [];
  let from = 0;
  for (let i = 1; i < rows.length; i++) {
    const boundary = rows[i]?.kind === 'context' || (rows[i]?.kind === 'removed' && rows[i - 1]?.kind !== 'removed');
    if (i - from < (boundary ? BLOCK : 2 * BLOCK)) continue;
    out.push([from, i]);
    from = i;
  }
  return [...out, [from, rows.length]];
}

/** One line. What stands in the margins is not selected when code is copied; see assets/code.css. */
function rowHtml(
  row: ReviewRow,
  index: number,
  end: number,
  tokens: readonly Token[] | undefined,
  eol: ReviewFile['eol'],
): Markup {
  const { kind, pair } = row;
  const code = html`${codeHtml(row.text, tokens, row.marks)}${lineEnd(row, eol)}`;
  const body =
    kind === 'added'
      ? html`<ins>${code}</ins>`
      : kind === 'removed'
        ? html`<del>${code}</del>`
        : html`<span>${code}</span>`;
  const counterpart = kind === 'removed' && pair !== undefined && pair < end ? html` data-pair="${pair - index}"` : '';
  return html`<div class="${CLASS[kind]}"${counterpart}><b class="o">${row.oldLine ?? ''}</b><b class="n">${row.newLine ?? ''}</b><i>${SIGNS[kind].replace('-', '−')}</i>${body}</div>\n`;
}

function lineEnd(row: ReviewRow, eol: ReviewFile['eol']): Markup | '' {
  if (row.eol === '') return html`<span class="eol">no newline at the end</span>`;
  return row.eol === '\r\n' && eol === 'mixed' ? html`<span class="eol">CRLF</span>` : '';
}

/** Lines between two hunks, or before the first or after the last: not in the patch, the same on both sides. */
interface Gap {
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: number;
  /** Is there a hunk above, below? */
  readonly above: boolean;
  readonly below: boolean;
}

/** A side with no lines is counted from the line before it. */
const first = (start: number, lines: number) => (lines === 0 ? start + 1 : start);

/** One before each hunk and one after the last; `lines` is 0 where nothing is hidden. Empty without the whole text. */
export function gapsOf(file: ReviewFile): readonly Gap[] {
  if (file.contents === undefined || file.status === 'deleted' || file.hunks.length === 0) return [];
  const all = linesOf(file.contents.after);
  const total = all.at(-1) === '' ? all.length - 1 : all.length;
  const ends: readonly (ReviewHunk | undefined)[] = [...file.hunks, undefined];
  let [old, now] = [1, 1];
  return ends.map((hunk, i) => {
    const until = hunk === undefined ? total + 1 : first(hunk.newStart, hunk.newLines);
    const gap = {
      oldStart: old,
      newStart: now,
      lines: Math.max(0, until - now),
      above: i > 0,
      below: hunk !== undefined,
    };
    if (hunk !== undefined) {
      old = first(hunk.oldStart, hunk.oldLines) + hunk.oldLines;
      now = until + hunk.newLines;
    }
    return gap;
  });
}

/** The place of a gap. Its buttons work where there is a script; else it says how much is not shown. */
export function gapHtml(gap: Gap | undefined, index: number): Markup {
  if (gap === undefined || gap.lines === 0) return html``;
  const { oldStart, newStart, lines, above, below } = gap;
  return html`<div class="gap" data-gap="${index}" data-old="${oldStart}" data-new="${newStart}" data-lines="${lines}"><div class="gap-bar"><span class="gap-text">${count(lines, 'line')} not shown</span><span class="js-only">${
    above && lines > 20 && html`<button type="button" data-show="down">↓ 20 more</button>`
  }${below && lines > 20 && html`<button type="button" data-show="up">↑ 20 more</button>`}<button type="button" data-show="all">show ${lines > 1 ? `all ${integer(lines)}` : 'it'}</button></span></div></div>\n`;
}

/** A line as the page's script reads it: text, and `[class, text]` where it has a colour or is odd. Already printable. */
type HiddenLine = readonly (string | readonly [string, string])[];

function hiddenLine(text: string, tokens: readonly Token[]): HiddenLine {
  return segmentsOf(text, tokens, []).map(({ text: part, kind }) =>
    kind === '' ? printableSource(part) : [kind, printableSource(part)],
  );
}

/**
 * The hidden lines of a file for the page's script: JSON, deflated (RFC 1951), base64. That alphabet needs no escaping.
 * @param after tokens by line.
 */
export function hiddenLinesHtml(file: ReviewFile, gaps: readonly Gap[], after: readonly (readonly Token[])[]): Markup {
  if (gaps.every(({ lines }) => lines === 0)) return html``;
  const all = linesOf(file.contents?.after ?? '');
  const texts = gaps.map(({ newStart, lines }) =>
    all.slice(newStart - 1, newStart - 1 + lines).map((text, i) => hiddenLine(text, after[newStart - 1 + i] ?? [])),
  );
  const data = deflateRawSync(JSON.stringify(texts), { level: 9 }).toString('base64');
  return html`<script type="text/plain" class="hidden-lines">${new Markup(data)}</script>`;
}
