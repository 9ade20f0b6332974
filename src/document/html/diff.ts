import { decodeBytes } from '../../system/decode.ts';
import { html, type Markup } from './markup.ts';

/** Beyond this a page becomes slow; the whole patch lies beside it. */
const MOST_LINES = 3000;

type Kind = 'header' | 'file' | 'hunk' | 'added' | 'removed' | '';

/** Tells lines apart by the counts of their hunk, because `--- x` may well be a removed line. */
function kinds(lines: readonly string[]): Kind[] {
  let before = 0;
  let after = 0;
  let seenFile = false;
  return lines.map((line) => {
    if (before > 0 || after > 0) {
      if (line.startsWith('\\')) return '';
      if (!line.startsWith('+')) before -= 1;
      if (!line.startsWith('-')) after -= 1;
      return line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '';
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      before = Number(hunk[1] ?? 1);
      after = Number(hunk[2] ?? 1);
      return 'hunk';
    }
    seenFile ||= line.startsWith('diff --git ') || line.startsWith('--- ');
    return seenFile ? 'file' : 'header';
  });
}

/**
 * A patch with colours, its signs kept: it reads the same in black and white.
 * @param text the patch file as latin1 bytes; `undefined` when it is not at hand.
 */
export function diffHtml(title: string, file: string, text: string | undefined): Markup {
  const link = html`<a href="./${encodeURI(file)}">${file}</a>`;
  if (text === undefined) return html`<p>Patch: ${link}</p>`;
  const lines = decodeBytes(text).replace(/\n$/, '').split('\n');
  const shown = lines.slice(0, MOST_LINES);
  const of = kinds(shown);
  const body = shown.map((line, i) => html`<span class="line ${of[i]}">${line}\n</span>`);
  const rest =
    lines.length > shown.length
      ? html`<p class="note">The first ${MOST_LINES} of ${lines.length} lines; the whole patch: ${link}</p>`
      : html`<p class="note">As a file: ${link}</p>`;
  return html`<details open><summary>${title}</summary><div class="scroll" tabindex="0" role="region" aria-label="Patch ${file}"><pre class="diff"><code>${body}</code></pre></div>${rest}</details>`;
}
