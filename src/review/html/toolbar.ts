import { html, type Markup } from '../../document/html/markup.ts';
import type { Review } from '../types.ts';
import { editId, patchId } from './file.ts';

const LONGEST_OPTION = 70;

/** What needs the page's script; without one it is not shown. */
export function toolbarHtml(review: Review): Markup {
  return html`<div class="toolbar js-only" role="toolbar" aria-label="Review">
<div class="search" role="search"><label class="unseen" for="search">Search in the code</label><input id="search" type="search" placeholder="Search the code ( / )" autocomplete="off" spellcheck="false"><button type="button" id="search-previous" aria-label="Previous match">↑</button><button type="button" id="search-next" aria-label="Next match">↓</button><span id="search-count" role="status"></span></div>
${filterHtml(review)}
<div class="switch" role="group" aria-label="Layout"><button type="button" id="unified" aria-pressed="true">Unified</button><button type="button" id="side-by-side" aria-pressed="false">Side by side</button></div>
<button type="button" id="fold-all">Fold all</button>
<button type="button" id="theme"><span aria-hidden="true">◐</span><span class="wide-only"> Theme</span></button>
<button type="button" id="help" aria-haspopup="dialog"><span aria-hidden="true">?</span><span class="wide-only"> Keys</span></button>
</div>`;
}

/** Hunks of one patch or one edit alone. Only where it is known which edit made what. */
function filterHtml(review: Review): Markup {
  if (!review.patches.some((patch) => patch.files.some(({ hunks }) => hunks.some(({ edits }) => edits.length > 0))))
    return html``;
  return html`<div class="filter"><label class="unseen" for="filter">Made by</label><select id="filter"><option value="">Made by any edit</option>${review.patches.map(
    (patch, i) =>
      patch.edits.length > 0 &&
      html`<optgroup label="${patch.id}"><option value="${patchId(i)}">${patch.id}: all of it</option>${patch.edits
        .filter(({ outcome }) => outcome === 'applied')
        .map(
          (edit) => html`<option value="${editId(i, edit.edit)}">${short(`${edit.edit + 1}. ${edit.why}`)}</option>`,
        )}</optgroup>`,
  )}</select><span id="filter-count" role="status"></span></div>`;
}

const short = (text: string) => (text.length > LONGEST_OPTION ? `${text.slice(0, LONGEST_OPTION)}…` : text);

const KEYS = [
  ['j', 'next hunk'],
  ['k', 'previous hunk'],
  ['n', 'next file'],
  ['p', 'previous file'],
  ['v', 'this file is viewed, on to the next'],
  ['o', 'open or fold this file'],
  ['e', 'show more lines around this hunk'],
  ['u', 'unified or side by side'],
  ['d', 'dark or light'],
  ['/', 'search the code; Enter and Shift+Enter go from match to match'],
  ['Esc', 'leave the search'],
  ['?', 'this help'],
] as const;

export function helpHtml(): Markup {
  return html`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl class="keys">${KEYS.map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl><p><label><input type="checkbox" id="keys-on" checked> Single keys are commands</label></p><button type="button" id="keys-close">Close</button></dialog>`;
}
