import { printableLine, printableText } from '../printable.ts';

/**
 * Text for GitHub-flavoured markdown that says what it says: no markup, HTML, table cell, mention, issue reference,
 * bare link or formula comes out of it. An underscore between letters, as in test_gc, is no markup and stays readable.
 */
export function markdownText(text: string): string {
  return printableLine(text)
    .replace(/[\\`*[\]|~$]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(?=\S)/g, '@\u2060')
    .replace(/#(?=\d)/g, '#\u2060')
    .replace(/GH-(?=\d)/gi, '$&\u2060')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(/^(#+|[-+=])(?=\s|$)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** For `<summary>` and the like, where markdown is not read but HTML, mentions and issues are. */
export function markdownHtml(text: string): string {
  return printableLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@(?=\S)/g, '@\u2060')
    .replace(/#(?=\d)/g, '#\u2060')
    .replace(/GH-(?=\d)/gi, '$&\u2060')
    .replace(/:(?=\/\/)/g, ':\u2060')
    .replace(/www(?=\.)/gi, '$&\u2060');
}

/** Inline code, with a fence longer than any run of backticks inside. Safe in a table, too. */
export function markdownCode(text: string): string {
  const line = printableLine(text);
  if (line === '') return '';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  // In a table a backslash would take the next one with it, and leave the bar bare.
  const cell = line.replace(/\\(?=\|)/g, '\\\u2060').replace(/\|/g, '\\|');
  return fence + space + cell + space + fence;
}

/** A block of code that its content cannot close. */
export function markdownBlock(text: string, language = ''): string {
  const shown = printableText(text);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown.replace(/\n$/, '')}\n${fence}`;
}
