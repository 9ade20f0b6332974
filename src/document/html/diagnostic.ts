import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { placeText } from '../printable.ts';
import type { Tone } from '../tone.ts';
import { html, type Markup, sign } from './markup.ts';

/** What happened, where, its details and what to do. */
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
