import { alignOf, type Block, type Cell, type Table, titleOf } from '../types.ts';
import { barsHtml } from './bars.ts';
import { diagnosticHtml } from './diagnostic.ts';
import { diffHtml } from './diff.ts';
import { forestHtml } from './forest.ts';
import { html, type Markup, sign } from './markup.ts';
import { factsHtml, gridHtml } from './table.ts';
import { trendHtml } from './trend.ts';

/** What blocks need beside themselves. */
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
