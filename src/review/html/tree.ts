import { html, type Markup } from '../../document/html/markup.ts';
import { byCodeUnit } from '../../system/hash.ts';
import type { ReviewPatch } from '../types.ts';
import { nameOf } from '../words.ts';
import { fileId, patchId } from './file.ts';
import { countsHtml, STATUS_LETTER } from './words.ts';

/** The files of all patches, by folder. */
export function treeHtml(patches: readonly ReviewPatch[], parts: readonly { id: string; title: string }[]): Markup {
  const files = patches.reduce((n, patch) => n + patch.files.length, 0);
  return html`<nav class="tree" aria-label="Files"><details open><summary>Contents<span class="js-only progress" id="progress" role="status"></span></summary><ul class="parts">${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>${
    files === 0
      ? html`<p class="note">No file is changed.</p>`
      : patches.map((patch, i) => ofPatch(patch, i, patches.length > 1 ? nameOf(patch, patches) : undefined))
  }</details></nav>`;
}

/** @param name where there are several patches. */
function ofPatch(patch: ReviewPatch, index: number, name: string | undefined): Markup {
  const folders = Map.groupBy(
    patch.files.map((file, i) => ({ file, i, cut: file.path.lastIndexOf('/') })),
    ({ file, cut }) => file.path.slice(0, cut + 1),
  );
  const sorted = [...folders].sort(([a], [b]) => byCodeUnit(a, b));
  return html`${name !== undefined && html`<p class="tree-patch"><a href="#${patchId(index)}">${index + 1}. ${name}</a></p>`}<ul class="folders">${sorted.map(
    ([folder, files]) =>
      html`<li><span class="folder">${folder === '' ? './' : folder}</span><ul>${files.map(
        ({ file, i, cut }) =>
          html`<li data-file="${fileId(index, i)}"><a href="#${fileId(index, i)}"><span class="letter ${file.status}" title="${file.status}">${STATUS_LETTER[file.status]}</span> <span class="name">${file.path.slice(cut + 1)}</span></a><span class="done" aria-hidden="true"></span>${countsHtml(file)}</li>`,
      )}</ul></li>`,
  )}</ul>`;
}
