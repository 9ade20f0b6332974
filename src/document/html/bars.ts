import { scaleLinear } from 'd3-scale';
import type { Bars } from '../types.ts';
import { html, type Markup } from './markup.ts';

/** Amounts side by side, on one scale from zero. A decrease is drawn as nothing: its number says it. */
export function barsHtml(bars: Bars, id: string): Markup {
  const most = Math.max(1, ...bars.bars.map((bar) => bar.value));
  const width = scaleLinear().domain([0, most]).range([0, 100]).clamp(true);
  return html`<figure class="bars" aria-labelledby="${id}-caption"><figcaption id="${id}-caption"><strong>${bars.title}</strong></figcaption>
<table role="table">${bars.bars.map(
    (bar) =>
      html`<tr role="row"><th role="rowheader" scope="row">${bar.label}</th><td role="cell" class="bar-cell"><svg width="100%" height="18" role="img" aria-label="${bar.label}: ${bar.text}"><title>${bar.label}: ${bar.text}</title><rect class="bar-track" width="100%" height="18"/><rect class="bar ${bar.label === 'patched' ? 'bar-patched' : ''}" width="${Math.round(width(bar.value) * 10) / 10}%" height="18"/><line class="bar-zero" x1="0" x2="0" y1="0" y2="18"/></svg></td><td role="cell" class="bar-text">${bar.text}</td></tr>\n`,
  )}</table>${bars.note === undefined ? '' : html`<p class="note">${bars.note}</p>`}</figure>`;
}
