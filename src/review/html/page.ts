import { html } from '../../document/html/markup.ts';
import { assetText, pageHtml } from '../../document/html/page.ts';
import { fingerprint } from '../../system/hash.ts';
import type { Review, ReviewPatch } from '../types.ts';
import { createColours } from './colours.ts';
import { comparisonHtml } from './comparison.ts';
import { type PageState, patchId } from './file.ts';
import { createFolding, foldedHtml } from './folding.ts';
import { checksHtml, headHtml, runHtml } from './overview.ts';
import { patchHtml } from './patch.ts';
import { helpHtml, toolbarHtml } from './toolbar.ts';
import { treeHtml } from './tree.ts';

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
