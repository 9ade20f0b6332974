import { html, type Markup } from '../../document/html/markup.ts';
import { printableSource } from '../../document/printable.ts';
import type { ReviewFile, ReviewHunk, ReviewRow } from '../types.ts';
import { SIGNS } from '../words.ts';
import { codeHtml, type Token } from './code.ts';

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
  // An empty side is counted from the line before it.
  const [old, now] = [oldLines === 0 ? oldStart + 1 : oldStart, newLines === 0 ? newStart + 1 : newStart];
  return html`<pre class="lines" data-old="${old}" data-new="${now}">${rows.map(said).join('\n')}</pre>`;
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
