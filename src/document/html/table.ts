import type { Fact } from '../types.ts';
import { html, type Markup, sign } from './markup.ts';

interface Grid {
  /** Told to who cannot see the table; and above it, as its caption. */
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

/** Names and values. */
export function factsHtml(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">${facts.map(
    ({ name, value, code, tone }) =>
      html`<div><dt>${name}</dt><dd>${tone && html`${sign(tone)} `}${code === true ? html`<code>${value}</code>` : value}</dd></div>`,
  )}</dl>`;
}
