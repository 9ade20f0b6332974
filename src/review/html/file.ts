import { hunkHead } from '../../diff/write.ts';
import { count } from '../../document/format.ts';
import { html, type Markup, sign } from '../../document/html/markup.ts';
import type { ReviewEdit, ReviewFile, ReviewHunk, ReviewPatch } from '../types.ts';
import { editsOf, fileRemarks } from '../words.ts';
import { hasOdd, LONGEST_SHOWN } from './code.ts';
import type { Colours } from './colours.ts';
import type { Folding } from './folding.ts';
import { gapHtml, gapsOf, hiddenLinesHtml } from './hidden-lines.ts';
import { rowsHtml, textHtml } from './rows.ts';
import type { Token } from './tokens.ts';
import { countsHtml, STATUS_LETTER } from './words.ts';

/** What files share over the whole page. */
export interface PageState {
  readonly colours: Colours;
  readonly folding: Folding;
  longLines: number;
}

export const patchId = (patch: number) => `p${patch + 1}`;
export const fileId = (patch: number, file: number) => `${patchId(patch)}f${file + 1}`;
/** Names an edit on the page: for the filter. */
export const editId = (patch: number, edit: number) => `${patchId(patch)}e${edit + 1}`;

/** One file of a patch: its head, which folds it, and its hunks with who made them. */
export function fileHtml(patch: ReviewPatch, patchIndex: number, fileIndex: number, state: PageState): Markup {
  const file = patch.files[fileIndex];
  if (file === undefined) throw new Error(`patch ${patch.id} has no file ${fileIndex}`);
  const id = fileId(patchIndex, fileIndex);
  const rows = file.hunks.reduce((n, hunk) => n + hunk.rows.length, 0);
  const open = state.folding.opens({ id, path: file.path, rows });
  const asText = !state.folding.hasMarkup({ id, path: file.path, rows }, open);
  const colours = asText ? undefined : state.colours.of(file);
  const gaps = gapsOf(file);
  const odd = file.hunks.flatMap((hunk) => hunk.rows).filter((row) => hasOdd(row.text));
  if (!asText)
    state.longLines += file.hunks
      .flatMap((hunk) => hunk.rows)
      .filter((row) => row.text.length > LONGEST_SHOWN + 200).length;
  const remarks = fileRemarks(file);
  return html`<article class="file" id="${id}" data-path="${file.path}" aria-labelledby="${id}-name"><details${open && html` open`}><summary class="file-head"><span class="letter ${file.status}" title="${file.status}">${STATUS_LETTER[file.status]}</span><h3 id="${id}-name">${pathHtml(file.path)}</h3>${remarks.map((remark) => html`<span class="remark">${remark}</span>`)}${countsHtml(file)}${!open && html`<span class="remark">folded: ${count(rows, 'line')}</span>`}</summary>
${odd.length > 0 && html`<p class="callout attention">${sign('attention')} ${count(odd.length, 'line')} with characters that cannot be seen, or that turn text around: shown <span class="odd">like this</span>.</p>`}
${file.binary && html`<p class="note">Binary: its contents are not shown.</p>`}${!file.binary && file.hunks.length === 0 && html`<p class="note">No line changes.</p>`}
${file.hunks.map((hunk, i) => html`${gapHtml(gaps[i], i)}${hunkHtml(hunk, patch, patchIndex, `${id}h${i + 1}`, file, asText ? undefined : (colours?.rows[i] ?? []))}`)}${gapHtml(gaps[file.hunks.length], file.hunks.length)}${hiddenLinesHtml(file, gaps, colours?.after ?? [])}</details><label class="viewed js-only"><input type="checkbox"> Viewed</label></article>
`;
}

/** Folders quieter than the name. A path may break after each `/`. */
export function pathHtml(path: string): Markup {
  const parts = path.split('/');
  return html`<span class="path">${parts.slice(0, -1).map((part) => html`<span class="folder">${part}/</span><wbr>`)}${parts.at(-1) ?? ''}</span>`;
}

function hunkHtml(
  hunk: ReviewHunk,
  patch: ReviewPatch,
  patchIndex: number,
  id: string,
  file: ReviewFile,
  /** `undefined`: the lines are text. */
  tokens: readonly (readonly Token[])[] | undefined,
): Markup {
  const edits = editsOf(patch, hunk);
  const names = hunk.edits.map((edit) => editId(patchIndex, edit)).join(' ');
  return html`<section class="hunk${edits.length > 0 && ' explained'}" id="${id}" tabindex="-1" aria-labelledby="${id}-at"${names !== '' && html` data-edits="${names}"`}><h4 class="hunk-head" id="${id}-at"><a href="#${id}">${hunkHead(hunk)}</a> <span class="section">${hunk.section}</span></h4>${edits.length > 0 && html`<div class="why" role="note" aria-label="What made this hunk">${edits.map((edit) => editNote(edit, patch.id))}</div>`}<div class="code">${tokens === undefined ? textHtml(hunk, file.eol) : rowsHtml(hunk.rows, tokens, file.eol)}</div></section>
`;
}

function editNote(edit: ReviewEdit, recipe: string): Markup {
  return html`<div class="edit"><p class="edit-name">Edit ${edit.edit + 1} of ${recipe}: <code>${edit.kind}</code></p><p class="prose">${edit.why}</p><details><summary>What it looks for</summary><p>${edit.looksFor}</p><p>${edit.reason}</p></details></div>`;
}
