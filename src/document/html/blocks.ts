import type { Block, Cell, Fact, Table } from '../types.ts';
import { barsHtml } from './bars.ts';
import { diagnosticHtml } from './diagnostic.ts';
import { diffHtml } from './diff.ts';
import { forestHtml } from './forest.ts';
import { html, type Markup, sign } from './markup.ts';
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
      return html`<dl class="facts">${block.facts.map(fact)}</dl>`;
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
      return html`${block.diagnostics.map((one) => diagnosticHtml(one, 'bad'))}`;
    case 'diff':
      return diffHtml(block.title, block.file, context.patches[block.file]);
    case 'details':
      return html`<details><summary>${block.summary}</summary>${block.blocks.map((inner, i) => blockHtml(inner, { ...context, id: `${context.id}-${i}` }))}</details>`;
  }
}

function fact({ name, value, code, tone }: Fact): Markup {
  const said = code === true ? html`<code>${value}</code>` : html`${value}`;
  return html`<div><dt>${name}</dt><dd>${tone === undefined ? '' : sign(tone)} ${said}</dd></div>`;
}

export function tableHtml(table: Table): Markup {
  const align = (i: number) => (table.columns[i]?.align === 'right' ? 'right' : 'left');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${table.caption}"><table class="plain"><caption>${table.caption}</caption><thead><tr>${table.columns.map((column, i) => html`<th scope="col" class="${align(i)}">${column.title}</th>`)}</tr></thead><tbody>${table.rows.map((row) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row" class="${align(i)}">${cellHtml(cell)}</th>` : html`<td class="${align(i)}">${cellHtml(cell)}</td>`))}</tr>\n`)}</tbody></table></div>${table.note === undefined ? '' : html`<p class="note">${table.note}</p>`}`;
}

function cellHtml({ text, tone, symbol, code }: Cell): Markup {
  const said = code === true && text !== '' ? html`<code>${text}</code>` : html`${text}`;
  if (symbol === undefined) return said;
  return html`<span class="signed"><span class="sign ${tone ?? 'plain'}" aria-hidden="true">${symbol}</span> ${said}</span>`;
}
