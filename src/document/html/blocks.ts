import { decodeBytes } from '../../system/decode.ts';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { placeText } from '../printable.ts';
import { alignOf, type Block, type Cell, type Fact, type Table, type Tone, titleOf } from '../types.ts';
import { chartHtml } from './chart.ts';
import { curveHtml, curveNumbers, flameHtml, flameNumbers } from './flame.ts';
import { barsHtml, forestHtml, trendHtml } from './forest.ts';
import { html, type Markup, sign } from './markup.ts';

export interface BlockContext {
  /** Patch texts (latin1) by their path in the run folder. */
  readonly patches: Readonly<Record<string, string>>;
  /** Unique on the page: for ids. */
  readonly id: string;
}

export function blockHtml(block: Block, context: BlockContext): Markup {
  switch (block.kind) {
    case 'text': {
      const { tone } = block;
      if (tone === undefined) return html`${block.lines.map((line) => html`<p>${line}</p>`)}`;
      return html`<div class="callout ${tone}">${block.lines.map((line, i) => html`<p>${i === 0 ? sign(tone) : ''} ${line}</p>`)}</div>`;
    }
    case 'facts':
      return factsHtml(block.facts);
    case 'table':
      return tableHtml(block.table);
    case 'forest':
      return forestHtml(block.forest, context.id);
    case 'bars':
      return barsHtml(block.bars, context.id);
    case 'trend':
      return trendHtml(block.trend, context.id);
    case 'chart':
      return chartHtml(block.chart, context.id);
    case 'curve':
      return html`${curveHtml(block.curve, context.id)}<details><summary>The numbers</summary>${tableHtml(curveNumbers(block.curve))}</details>`;
    case 'flame':
      return html`${flameHtml(block.flame, context.id)}<details><summary>The numbers</summary>${tableHtml(flameNumbers(block.flame))}</details>`;
    case 'code':
      return html`<p class="code-title">${block.title}</p><div class="scroll" tabindex="0" role="region" aria-label="${block.title}"><pre><code>${block.text}</code></pre></div>`;
    case 'diagnostics':
      return html`${block.diagnostics.map((one) => diagnosticHtml(one, block.tone ?? 'bad'))}`;
    case 'diff':
      return diffHtml(block.title, block.file, context.patches[block.file]);
    case 'details':
      return html`<details><summary>${block.summary}</summary>${block.blocks.map((inner, i) => blockHtml(inner, { ...context, id: `${context.id}-${i}` }))}</details>`;
  }
}

function tableHtml({ caption, columns, rows, note }: Table): Markup {
  const grid = gridHtml({
    label: caption,
    head: columns.map(titleOf),
    rows: rows.map((row) => ({ cells: row.map(cellHtml) })),
    right: (i) => alignOf(columns[i]) === 'right',
  });
  return html`${grid}${note !== undefined && html`<p class="note">${note}</p>`}`;
}

function cellHtml(cell: Cell): Markup | string {
  if (typeof cell === 'string') return cell;
  const { text, tone, symbol, code } = cell;
  const said = code === true && text !== '' ? html`<code>${text}</code>` : html`${text}`;
  if (symbol === undefined) return said;
  return html`<span class="signed"><span class="sign ${tone ?? 'plain'}" aria-hidden="true">${symbol}</span> ${said}</span>`;
}

export function diagnosticHtml(
  { message, place, detail = [], related = [], hint }: Omit<Diagnostic, 'code'>,
  tone: Tone,
): Markup {
  const at = (of: Place) => html`<code>${placeText(of)}</code>`;
  return html`<div class="callout ${tone}"><p>${sign(tone)} <strong>${message}</strong> ${place !== undefined && at(place)}</p>${
    detail.length > 0 &&
    html`<div class="scroll" tabindex="0" role="region" aria-label="Details"><pre><code>${detail.join('\n')}</code></pre></div>`
  }${related.map((other) => html`<p>${at(other.place)}: ${other.message}</p>`)}${
    hint !== undefined && html`<p class="hint"><strong>What to do:</strong> ${hint}</p>`
  }</div>`;
}

/** Beyond this a page becomes slow; the whole patch lies beside it. */
const MOST_LINES = 3000;

type Kind = 'header' | 'file' | 'hunk' | 'added' | 'removed' | '';

/** Tells lines apart by the counts of their hunk, because `--- x` may well be a removed line. */
function kinds(lines: readonly string[]): Kind[] {
  let [before, after, seenFile] = [0, 0, false];
  return lines.map((line) => {
    if (before > 0 || after > 0) {
      if (line.startsWith('\\')) return '';
      if (!line.startsWith('+')) before -= 1;
      if (!line.startsWith('-')) after -= 1;
      return line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '';
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      before = Number(hunk[1] ?? 1);
      after = Number(hunk[2] ?? 1);
      return 'hunk';
    }
    seenFile ||= line.startsWith('diff --git ') || line.startsWith('--- ');
    return seenFile ? 'file' : 'header';
  });
}

/**
 * A patch with colours, its signs kept: it reads the same in black and white.
 * @param text the patch file as latin1 bytes; `undefined` when it is not at hand.
 */
function diffHtml(title: string, file: string, text: string | undefined): Markup {
  const link = html`<a href="./${encodeURI(file)}">${file}</a>`;
  if (text === undefined) return html`<p>Patch: ${link}</p>`;
  const lines = decodeBytes(text).replace(/\n$/, '').split('\n');
  const shown = lines.slice(0, MOST_LINES);
  const of = kinds(shown);
  const body = shown.map((line, i) => html`<span class="line ${of[i]}">${line}\n</span>`);
  const cut = lines.length > shown.length && `The first ${MOST_LINES} of ${lines.length} lines; the whole patch: `;
  const rest = html`<p class="note">${cut || 'As a file: '}${link}</p>`;
  return html`<details open><summary>${title}</summary><div class="scroll" tabindex="0" role="region" aria-label="Patch ${file}"><pre class="diff"><code>${body}</code></pre></div>${rest}</details>`;
}

interface Grid {
  readonly label: string;
  readonly caption?: boolean;
  readonly head: readonly (string | Markup)[];
  /** The first cell names its row. */
  readonly rows: readonly { readonly id?: string; readonly cells: readonly (string | Markup)[] }[];
  /** Which columns are of numbers. */
  readonly right?: (column: number) => boolean;
  readonly kind?: string;
}

/** A table that scrolls by itself where it is too wide. */
export function gridHtml({ label, caption = true, head, rows, right, kind = 'plain' }: Grid): Markup {
  const align = (column: number) => right?.(column) === true && html` class="right"`;
  const cell = (value: string | Markup, column: number) =>
    column === 0 ? html`<th scope="row"${align(column)}>${value}</th>` : html`<td${align(column)}>${value}</td>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="${kind}">${caption && label !== '' && html`<caption>${label}</caption>`}<thead><tr>${head.map((title, i) => html`<th scope="col"${align(i)}>${title}</th>`)}</tr></thead><tbody>${rows.map(({ id, cells }) => html`<tr${id !== undefined && html` id="${id}"`}>${cells.map(cell)}</tr>\n`)}</tbody></table></div>`;
}

export function factsHtml(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">${facts.map(
    ({ name, value, code, tone }) =>
      html`<div><dt>${name}</dt><dd>${tone && html`${sign(tone)} `}${code === true ? html`<code>${value}</code>` : value}</dd></div>`,
  )}</dl>`;
}
