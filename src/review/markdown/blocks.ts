import { markdownHtml, markdownText } from '../../document/markdown/escape.ts';

/** Folded away. @param summary text of anybody; @param code told as code in front of it, for paths. */
export function details(summary: string, body: string, code?: string): string {
  const front = code === undefined ? '' : `<code>${markdownHtml(code)}</code> `;
  return `<details>\n<summary>${front}${markdownHtml(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** A table. Cells are markdown already. @param head with `>` in front for what stands on the right. */
export function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head.map((title) => markdownText(title.replace(/^>/, '')))),
    line(head.map((title) => (title.startsWith('>') ? '---:' : ':---'))),
    ...rows.map((row) => line(head.map((_, i) => row[i] ?? ''))),
  ].join('\n');
}

/** A link, when the address is one of the web; else its words alone. @param words markdown. */
export function link(words: string, address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return words;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return words;
  const safe = url.href.replace(/[<>|\\\s]/g, (c) => encodeURIComponent(c));
  return `[${words}](<${safe}>)`;
}

/** Bold; nothing of nothing, whose stars would be a rule. */
export function strong(text: string): string {
  const words = markdownText(text);
  return words === '' ? '' : `**${words}**`;
}

/** Text of several paragraphs, each on a line of its own. */
export const paragraphs = (text: string): string =>
  text
    .split(/\n(?:[ \t]*\n)+/)
    .map(markdownText)
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
