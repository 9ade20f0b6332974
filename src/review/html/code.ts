import { integer } from '../../document/format.ts';
import { html, type Markup } from '../../document/html/markup.ts';
import { hiddenApart, printableSource } from '../../document/printable.ts';
import type { Mark } from '../types.ts';
import type { Token } from './tokens.ts';

/** What of a line is shown at once; the rest is folded behind it. */
export const LONGEST_SHOWN = 1000;

/** Characters that a reader would not see, or that turn the order of the text around: is one of them here? */
export const hasOdd = (text: string): boolean => hiddenApart(text).length > 1;

/** A stretch of a line that looks the same throughout. */
export interface Segment {
  readonly text: string;
  readonly kind: Token['kind'] | '';
  readonly marked: boolean;
}

/** Cuts a line where a colour or a mark begins or ends. */
export function segmentsOf(text: string, tokens: readonly Token[], marks: readonly Mark[]): readonly Segment[] {
  const cuts = new Set([0, text.length]);
  for (const { start, end } of tokens) cuts.add(start).add(end);
  for (const [start, end] of marks) cuts.add(start).add(end);
  const at = [...cuts].filter((cut) => cut <= text.length).sort((a, b) => a - b);
  let [token, mark] = [0, 0];
  return at.slice(0, -1).map((start, i) => {
    while ((tokens[token]?.end ?? Number.POSITIVE_INFINITY) <= start) token++;
    while ((marks[mark]?.[1] ?? Number.POSITIVE_INFINITY) <= start) mark++;
    const colour = tokens[token];
    return {
      text: text.slice(start, at[i + 1]),
      kind: colour !== undefined && colour.start <= start ? colour.kind : '',
      marked: (marks[mark]?.[0] ?? Number.POSITIVE_INFINITY) <= start,
    };
  });
}

/** Text with what is made visible told apart from what was typed so. */
function plain(text: string): Markup | string {
  const parts = hiddenApart(text);
  if (parts.length === 1) return text;
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<span class="odd">${printableSource(part)}</span>` : part))}`;
}

/** A line of code: colours, marked words, odd characters shown; what is too long is folded, and says how long it is. */
export function codeHtml(text: string, tokens: readonly Token[] = [], marks: readonly Mark[] = []): Markup {
  if (text.length > LONGEST_SHOWN + 200) {
    const rest = text.length - LONGEST_SHOWN;
    return html`${stretch(text.slice(0, LONGEST_SHOWN), tokens, marks)}<details class="long"><summary>${integer(rest)} more characters in this line</summary>${plain(text.slice(LONGEST_SHOWN))}</details>`;
  }
  return stretch(text, tokens, marks);
}

function stretch(text: string, tokens: readonly Token[], marks: readonly Mark[]): Markup {
  return html`${segmentsOf(text, tokens, marks).map(({ text: part, kind, marked }) => {
    const coloured = kind === '' ? plain(part) : html`<span class="${kind}">${plain(part)}</span>`;
    return marked ? html`<mark>${coloured}</mark>` : coloured;
  })}`;
}
