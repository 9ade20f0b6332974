import { count } from '../../document/format.ts';
import { html, type Markup } from '../../document/html/markup.ts';
import { LONGEST_SHOWN } from './code.ts';

/** A file with more rows than this starts folded. */
const MOST_ROWS_OF_FILE = 800;

/** Once so many rows are open, the files that follow start folded. */
const MOST_ROWS = 4000;

/**
 * Once so many rows have markup of their own, those of folded files are text, of which the page's script makes rows when
 * they are looked at: with markup for each, a fork's delta of 8 MB is a page of 27 MB.
 */
const MOST_WITH_MARKUP = 6000;

interface Folded {
  readonly id: string;
  readonly path: string;
  readonly rows: number;
}

export type Folding = ReturnType<typeof createFolding>;

/** Decides what a reader sees unasked, and remembers what not: the page says it. */
export function createFolding() {
  let open = 0;
  let withMarkup = 0;
  const folded: Folded[] = [];
  const asText: Folded[] = [];
  return {
    folded,
    asText,
    /** Whether the rows of a file get markup: colours, marked words. Asked once a file, after `opens`. */
    hasMarkup(file: Folded, isOpen: boolean) {
      if (isOpen || withMarkup + file.rows <= MOST_WITH_MARKUP) {
        withMarkup += file.rows;
        return true;
      }
      asText.push(file);
      return false;
    },
    opens(file: Folded) {
      if (file.rows <= MOST_ROWS_OF_FILE && open + file.rows <= MOST_ROWS) {
        open += file.rows;
        return true;
      }
      folded.push(file);
      return false;
    },
  };
}

const MOST_NAMED = 20;

/** What the page does not show at once, or not as well as the rest. */
export function foldedHtml({ folded, asText }: Folding, plain: readonly string[], longLines: number): Markup {
  const rows = folded.reduce((n, file) => n + file.rows, 0);
  const said = [
    folded.length > 0 &&
      html`<div><p><strong>Folded, because there is much of it:</strong> ${count(folded.length, 'file')} with ${count(rows, 'line')}. A click on its name opens a file; printing shows all.</p><ul>${folded
        .slice(0, MOST_NAMED)
        .map(
          ({ id, path, rows: n }) => html`<li><a href="#${id}"><code>${path}</code></a> ${count(n, 'line')}</li>`,
        )}${folded.length > MOST_NAMED && html`<li>and ${count(folded.length - MOST_NAMED, 'more file')}</li>`}</ul></div>`,
    longLines > 0 &&
      html`<p>${count(longLines, 'line')} of more than ${count(LONGEST_SHOWN, 'character')}: the rest of each is folded in its place.</p>`,
    asText.length > 0 &&
      html`<p>Without syntax colours and marked words, because there is very much of it: ${count(asText.length, 'folded file')}.</p>`,
    plain.length > 0 &&
      html`<p>Without syntax colours, because there is much of it: ${count(plain.length, 'file')} (${plain.slice(0, 5).join(', ')}${plain.length > 5 && ' …'}).</p>`,
  ].filter((one) => one !== false);
  return said.length === 0 ? html`` : html`<div class="callout folded" id="folded">${said}</div>`;
}
