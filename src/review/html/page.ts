import { count } from '../../document/format.ts';
import { blockHtml, factsHtml, gridHtml } from '../../document/html/blocks.ts';
import { html, type Markup, sign } from '../../document/html/markup.ts';
import { assetText, pageHtml } from '../../document/html/page.ts';
import { byCodeUnit, fingerprint } from '../../system/hash.ts';
import { problemBlocks } from '../blocks.ts';
import type { Review, ReviewPatch } from '../types.ts';
import { EVIDENCE, editsToTell, nameOf, OUTCOME, provenanceOf, verdictOf } from '../words.ts';
import { createColours } from './code.ts';
import { comparisonHtml } from './comparison.ts';
import {
  countsHtml,
  createFolding,
  editId,
  fileHtml,
  fileId,
  foldedHtml,
  type PageState,
  paragraphs,
  patchId,
  STATUS_LETTER,
} from './file.ts';
import { checksHtml, headHtml, runHtml } from './overview.ts';

/**
 * The review as one page that needs nothing but itself: no network; its style and scripts are allowed by their hashes.
 * Without scripts it is a plain unified diff. Loading this module loads a highlighter: import it when it is asked for.
 */
export function renderReviewHtml(review: Review): string {
  const state: PageState = { colours: createColours(), folding: createFolding(), longLines: 0 };
  const several = review.patches.length > 1;
  const patches = review.patches.map((patch, i) => patchHtml(patch, i, several, viewedKey(patch), state));
  const parts = [
    ...(review.run === undefined ? [] : [{ id: 'run', title: 'What the run said' }]),
    ...(review.checks.length === 0 ? [] : [{ id: 'checks', title: 'Checks' }]),
    ...(review.comparison === undefined ? [] : [{ id: 'comparison', title: 'What differs' }]),
    ...(several ? [] : review.patches.map((_, i) => ({ id: patchId(i), title: 'The patch' }))),
  ];
  const body = html`<a class="skip" href="#main">To the review</a>
${headHtml(review)}
${toolbarHtml(review)}
<div class="page">
${treeHtml(review.patches, parts)}
<main id="main" tabindex="-1">
${foldedHtml(state.folding, state.colours.skipped, state.longLines)}
${review.run !== undefined && runHtml(review.run)}
${review.checks.length > 0 && checksHtml(review.checks)}
${review.comparison !== undefined && comparisonHtml(review.comparison)}
${patches}</main>
</div>
${helpHtml()}
<footer><p>Made by Forkwright. This page loads nothing from anywhere; marks of what was viewed stay in this browser.</p></footer>`;
  const scripts = { first: assetText('review/first.js'), last: clientScript() };
  return pageHtml({ title: `Review: ${review.title}`, styles: STYLES, body, scripts });
}

const STYLES = ['page', 'controls', 'overview', 'tree', 'diff', 'code', 'comparison', 'print'].map(
  (name) => `review/${name}.css`,
);
/** In the order of their imports; the last one starts. */
const SCRIPTS = [
  'elements',
  'storage',
  'theme',
  'side-by-side',
  'rows',
  'hidden-lines',
  'viewed',
  'filter',
  'search',
  'hunks',
  'keyboard',
  'paper',
  'start',
];

/** The modules of src/review/assets as one: an inline module cannot import another. */
export function clientScript(): string {
  return SCRIPTS.map((name) => assetText(`review/${name}.js`))
    .join('')
    .replace(/^import [^;]*;\n/gm, '')
    .replace(/^export /gm, '');
}

/** Viewed marks belong to bytes: when the patch changes, they are gone. */
function viewedKey(patch: ReviewPatch): string {
  return (
    patch.sha256 ?? fingerprint({ ...patch, files: patch.files.map((file) => ({ ...file, contents: undefined })) })
  );
}

function treeHtml(patches: readonly ReviewPatch[], parts: readonly { id: string; title: string }[]): Markup {
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

const LONGEST_OPTION = 70;

/** What needs the page's script; without one it is not shown. */
function toolbarHtml(review: Review): Markup {
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
          (edit) =>
            html`<option value="${editId(i, edit.edit)}">${short(editsToTell(patch).length === 0 ? edit.why : `${edit.edit + 1}. ${edit.why}`)}</option>`,
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

function helpHtml(): Markup {
  return html`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl class="keys">${KEYS.map(([key, does]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${does}</dd></div>`)}</dl><p><label><input type="checkbox" id="keys-on" checked> Single keys are commands</label></p><button type="button" id="keys-close">Close</button></dialog>`;
}

/** One patch: why, from what, what was verified, warnings, its files. @param key for viewed marks, unique to its bytes. */
function patchHtml(patch: ReviewPatch, index: number, several: boolean, key: string, state: PageState): Markup {
  const id = patchId(index);
  const { tone, word } = verdictOf(patch);
  const name = several ? `${index + 1}. ${patch.title}` : patch.title;
  return html`<section class="patch" id="${id}" data-key="${key}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
<p class="patch-line"><code>${patch.id}</code> <span class="verdict">${sign(tone)} ${word}</span> ${patch.files.length > 0 && html`<span>${count(patch.files.length, 'file')}</span> ${countsHtml(patch)}`}</p>
${patch.reason !== undefined && html`<p class="callout ${tone}">${patch.reason}</p>`}
${problemBlocks(patch).map((block) => blockHtml(block, { patches: {}, id }))}
<div class="about"><div class="reason"><h3 class="label">Why</h3>${patch.why === '' ? html`<p class="note">The patch does not say.</p>` : paragraphs(patch.why)}${factsHtml(provenanceOf(patch))}</div>${ladderHtml(patch)}</div>
${editsHtml(patch, index)}
${patch.files.map((_, i) => fileHtml(patch, index, i, state))}</section>
`;
}

function ladderHtml({ evidence }: ReviewPatch): Markup {
  const rungs = evidence.map(({ title, verdict, detail }) => {
    const { tone, word } = EVIDENCE[verdict];
    return html`<li>${sign(tone)} <span class="rung">${title}</span> <span class="verdict ${tone}">${word}</span><span class="detail">${detail}</span></li>`;
  });
  return html`<div class="ladder"><h3 class="label">Verification</h3>${rungs.length > 0 ? html`<ol>${rungs}</ol>` : html`<p class="note">Nothing was verified: only the patch file is at hand. Review its recipe on a checkout to see each edit and what was proved.</p>`}</div>`;
}

/** All edits of the recipe, also those that made no hunk: a reviewer asks for these, too. */
function editsHtml(patch: ReviewPatch, index: number): Markup {
  if (editsToTell(patch).length === 0) return html``;
  const made = patch.files.flatMap(({ path, hunks }, f) =>
    hunks.map(({ edits, newStart }, h) => ({
      edits,
      link: html`<br><a href="#${fileId(index, f)}h${h + 1}">${path.split('/').at(-1) ?? ''}:${newStart}</a>`,
    })),
  );
  const where = (edit: number) => made.filter(({ edits }) => edits.includes(edit)).map(({ link }) => link);
  const idle = patch.edits.filter(({ outcome }) => outcome !== 'applied').length;
  const table = gridHtml({
    label: `Edits of ${patch.id}`,
    caption: false,
    head: ['Edit', 'Outcome', 'Why', 'Looks for'],
    rows: patch.edits.map(({ edit, kind, outcome, why, looksFor, reason }) => ({
      id: editId(index, edit),
      cells: [
        html`${edit + 1} <code>${kind}</code>`,
        html`${OUTCOME[outcome].word}${outcome === 'applied' && html`, ${count(where(edit).length, 'hunk')} ${where(edit).slice(0, 12)}`}`,
        why,
        html`${looksFor}${looksFor !== '' && html`<br>`}<span class="note">${reason}</span>`,
      ],
    })),
  });
  return html`<details class="edits"${patch.files.length === 0 && html` open`}><summary>All ${count(patch.edits.length, 'edit')} of the recipe${idle > 0 && html`, ${idle} of which made no change here`}</summary>${table}</details>`;
}
