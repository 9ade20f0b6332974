import { html, type Markup, sign } from '../../document/html/markup.ts';
import type { Tone } from '../../document/tone.ts';
import type { Diagnostic, Place } from '../../system/diagnostic.ts';

export const placeText = ({ file, line, column }: Place): string =>
  [file, line, column].filter((part) => part !== undefined).join(':');

/** A problem or warning with its place, its details and what to do. */
export function diagnosticHtml(diagnostic: Diagnostic, tone: Tone): Markup {
  const { code, message, place, detail = [], related = [], hint } = diagnostic;
  return html`<div class="callout ${tone}"><p>${sign(tone)} <strong>${message}</strong> <code>${place === undefined ? code : placeText(place)}</code></p>${
    detail.length === 0 ? '' : html`<pre><code>${detail.join('\n')}</code></pre>`
  }${related.map((one) => html`<p><code>${placeText(one.place)}</code>: ${one.message}</p>`)}${
    hint === undefined ? '' : html`<p><strong>What to do:</strong> ${hint}</p>`
  }</div>`;
}
