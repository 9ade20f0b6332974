import { hunkHead } from '../../diff/write.ts';
import { count, integer } from '../../document/format.ts';
import { html, type Markup, sign } from '../../document/html/markup.ts';
import { type Paragraph, paragraphsOf } from '../../document/printable.ts';
import { originFacts, originName } from '../../patch/origin.ts';
import type { HunkStatus, ReviewEdit, ReviewFile, ReviewHunk, ReviewPatch } from '../types.ts';
import { editsOf, fileRemarks } from '../words.ts';
import { type Colours, hasOdd, LONGEST_SHOWN, type Token } from './code.ts';
import { gapHtml, gapsOf, hiddenLinesHtml, rowsHtml, textHtml } from './rows.ts';

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
  const rows = file.hunks.flatMap((hunk) => hunk.rows);
  const { open, markup } = state.folding.of({ id, path: file.path, rows: rows.length });
  const colours = markup ? state.colours.of(file) : undefined;
  const gaps = gapsOf(file);
  const odd = rows.filter((row) => hasOdd(row.text));
  if (markup) state.longLines += rows.filter((row) => row.text.length > LONGEST_SHOWN + 200).length;
  const remarks = fileRemarks(file);
  return html`<article class="file" id="${id}" data-path="${file.path}" aria-labelledby="${id}-name"><details${open && html` open`}><summary class="file-head"><span class="letter ${file.status}" title="${file.status}">${STATUS_LETTER[file.status]}</span><h3 id="${id}-name">${pathHtml(file.path)}</h3>${remarks.map((remark) => html`<span class="remark">${remark}</span>`)}${countsHtml(file)}${!open && html`<span class="remark">folded: ${count(rows.length, 'line')}</span>`}</summary>
${odd.length > 0 && html`<p class="callout attention">${sign('attention')} ${count(odd.length, 'line')} with characters that cannot be seen, or that turn text around: shown <span class="odd">like this</span>.</p>`}
${file.binary && html`<p class="note">Binary: its contents are not shown.</p>`}${!file.binary && file.hunks.length === 0 && html`<p class="note">No line changes.</p>`}
${file.hunks.map((hunk, i) => html`${gapHtml(gaps[i], i)}${hunkHtml(hunk, patch, patchIndex, `${id}h${i + 1}`, file, colours && (colours.rows[i] ?? []))}`)}${gapHtml(gaps[file.hunks.length], file.hunks.length)}${hiddenLinesHtml(file, gaps, colours?.after ?? [])}</details><label class="viewed js-only"><input type="checkbox"> Viewed</label></article>
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
  return html`<section class="hunk${edits.length > 0 && ' explained'}" id="${id}" tabindex="-1" aria-labelledby="${id}-at"${names !== '' && html` data-edits="${names}"`}><h4 class="hunk-head" id="${id}-at"><a href="#${id}">${hunkHead(hunk)}</a> <span class="section">${hunk.section}</span></h4>${edits.length > 0 && html`<div class="why" role="note" aria-label="What made this hunk">${edits.map((edit) => editNote(edit, patch))}</div>`}<div class="code">${tokens === undefined ? textHtml(hunk, file.eol) : rowsHtml(hunk.rows, tokens, file.eol)}</div></section>
`;
}

function editNote(edit: ReviewEdit, patch: ReviewPatch): Markup {
  const { origin, id } = patch;
  if (origin !== undefined && patch.recipe === undefined) {
    const facts = originFacts(origin);
    return html`<div class="edit"><p class="edit-name">${originName(origin)}</p><p class="prose">${edit.why}</p>${facts.length > 0 && html`<details><summary>${origin.kind === 'patch' ? 'Its header' : 'Its author'}</summary>${facts.map(({ name, value }) => html`<p>${name}: ${value}</p>`)}</details>`}</div>`;
  }
  return html`<div class="edit"><p class="edit-name">Edit ${edit.edit + 1} of ${id}: <code>${edit.kind}</code></p><p class="prose">${edit.why}</p><details><summary>What it looks for</summary><p>${edit.looksFor}</p><p>${edit.reason}</p></details></div>`;
}

export const HUNK: Readonly<Record<HunkStatus, string>> = {
  same: 'the same to the byte',
  moved: 'the same at other line numbers',
  context: 'the same change, other lines around it',
  'white-space': 'the same change, set with other white space',
  changed: 'changed in substance',
  removed: 'only in the old',
  added: 'only in the new',
};

export const STATUS_LETTER = { modified: 'M', added: 'A', deleted: 'D', renamed: 'R', copied: 'C' } as const;

/** `+3 −10`, said in full to who listens. */
export function countsHtml({ insertions, deletions }: { insertions: number; deletions: number }): Markup {
  return html`<span class="counts"><span class="plus">+${integer(insertions)}<span class="unseen"> added,</span></span> <span class="minus">−${integer(deletions)}<span class="unseen"> removed</span></span></span>`;
}

export function paragraphs(text: string): Markup {
  const set = ({ text: part, laidOut }: Paragraph) => (laidOut ? part.trim() : part.trim().split(/\s*\n/).join(' '));
  return html`${paragraphsOf(text).map((part) => html`<p class="prose">${set(part)}</p>`)}`;
}

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

type Folding = ReturnType<typeof createFolding>;

/** Decides what a reader sees unasked, and remembers what not: the page says it. */
export function createFolding() {
  let [openRows, withMarkup] = [0, 0];
  const folded: Folded[] = [];
  const asText: Folded[] = [];
  return {
    folded,
    asText,
    /** Whether a file starts open, and its rows get markup: colours, marked words. Asked once a file. */
    of(file: Folded) {
      const open = file.rows <= MOST_ROWS_OF_FILE && openRows + file.rows <= MOST_ROWS;
      const markup = open || withMarkup + file.rows <= MOST_WITH_MARKUP;
      if (open) openRows += file.rows;
      else folded.push(file);
      if (markup) withMarkup += file.rows;
      else asText.push(file);
      return { open, markup };
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
