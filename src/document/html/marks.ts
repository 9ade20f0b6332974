import { symbol, symbolCircle, symbolDiamond, symbolTriangle } from 'd3-shape';
import type { ForestVerdict } from '../types.ts';
import { VERDICTS } from '../verdicts.ts';
import { html, type Markup } from './markup.ts';

/** Square pixels of a mark. */
const SIZE = 58;

const path = (type: typeof symbolCircle, size = SIZE) => symbol(type, size)() ?? '';

/** Each verdict has a shape of its own, filled where something changed and hollow where not: it reads without colour. */
const SHAPES: Readonly<Record<ForestVerdict, Markup>> = {
  slower: html`<path d="${path(symbolTriangle)}"/>`,
  faster: html`<path d="${path(symbolTriangle)}" transform="rotate(180)"/>`,
  'no-change': html`<path d="${path(symbolCircle, 42)}"/>`,
  inconclusive: html`<path d="${path(symbolDiamond, 48)}"/>`,
  missing: html`<path d="M-4,0H4"/>`,
  failed: html`<path d="M-4,-4L4,4M-4,4L4,-4"/>`,
};

/** A verdict's mark, centred on its origin. */
export function mark(verdict: ForestVerdict): Markup {
  return html`<g class="mark ${verdict}">${SHAPES[verdict]}</g>`;
}

/** The mark and its word, as in the table's column and in the legend. */
export function verdictLabel(verdict: ForestVerdict, word = VERDICTS[verdict].word): Markup {
  return html`<span class="verdict"><svg class="key" width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">${mark(verdict)}</svg> ${word}</span>`;
}
