import { printableLine, printableText } from '../printable.ts';

/**
 * Text for GitHub-flavoured markdown that says what it says: no markup, HTML, table cell, mention, issue reference,
 * bare link or formula comes out of it. An underscore between letters, as in test_gc, is no markup and stays readable.
 */
export function markdownText(text: string): string {
  const marked = printableLine(text)
    .replace(/[\\`*[\]|~$]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_');
  return inert(marked)
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(/^(#+|[-+=])(?=\s|$)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** No HTML, mention or issue. */
const inert = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(?=\S)/g, '@\u2060')
    .replace(/#(?=\d)/g, '#\u2060')
    .replace(/GH-(?=\d)/gi, '$&\u2060');

/** For `<summary>` and the like, where markdown is not read but HTML, mentions and issues are. */
export const markdownHtml = (text: string): string =>
  inert(printableLine(text))
    .replace(/:(?=\/\/)/g, ':\u2060')
    .replace(/www(?=\.)/gi, '$&\u2060');

/** Longer than any run of backticks inside. */
const fenceOf = (text: string, least: number): string =>
  '`'.repeat(Math.max(least, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length + 1)));

/** Inline code, with a fence longer than any run of backticks inside. Safe in a table, too. */
export function markdownCode(text: string): string {
  const line = printableLine(text);
  if (line === '') return '';
  const fence = fenceOf(line, 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  // In a table a backslash would take the next one with it, and leave the bar bare.
  const cell = line.replace(/\\(?=\|)/g, '\\\u2060').replace(/\|/g, '\\|');
  return fence + space + cell + space + fence;
}

/** A block of code that its content cannot close. */
export function markdownBlock(text: string, language = ''): string {
  const shown = printableText(text);
  const fence = fenceOf(shown, 3);
  return `${fence}${language}\n${shown.replace(/\n$/, '')}\n${fence}`;
}
