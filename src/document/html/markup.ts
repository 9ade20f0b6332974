import { printableText } from '../printable.ts';
import { TONE_SYMBOL, type Tone } from '../types.ts';

/** Markup that is safe to put into a page. Only `html` makes it, so nothing gets into a page unescaped. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

type Value = Markup | string | number | undefined | false | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(escaped).join('');
  return printableText(String(value)).replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}

/** A piece of HTML: what is put in is escaped, also within quoted attributes, unless it is `Markup` itself. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, i) => part + escaped(values[i])).join(''));
}

/** For `id` and `#links`: what another name could yield, too, is told apart by `prefix`. */
export function anchor(prefix: string, name: string): string {
  return `${prefix}-${name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()}`;
}

/** A sign that says by its shape what its colour says; the word beside it says it to who cannot see it. */
export const sign = (tone: Tone): Markup =>
  html`<span class="sign ${tone}" aria-hidden="true">${TONE_SYMBOL[tone]}</span>`;
