import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, Markup } from '../../document/html/markup.ts';
import { assetPath } from '../../system/assets.ts';
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
${foldedHtml(state.folding.folded, state.colours.skipped, state.longLines)}
${review.run !== undefined && runHtml(review.run)}
${review.checks.length > 0 && checksHtml(review.checks)}
${review.comparison !== undefined && comparisonHtml(review.comparison)}
${patches}</main>
</div>
${helpHtml()}
<footer><p>Made by Forkwright. This page loads nothing from anywhere; marks of what was viewed stay in this browser.</p></footer>`;
  return frame(review.title, body).text;
}

const STYLES = ['page', 'controls', 'overview', 'tree', 'diff', 'code', 'comparison', 'print'];
/** In the order of their imports; the last one starts. */
const SCRIPTS = [
  'elements',
  'storage',
  'theme',
  'side-by-side',
  'hidden-lines',
  'viewed',
  'filter',
  'search',
  'hunks',
  'keyboard',
  'paper',
  'start',
];

function frame(title: string, body: Markup): Markup {
  const style = STYLES.map(asset('css')).join('');
  const first = asset('js')('first');
  const script = clientScript();
  const policy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(first)} ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Review: ${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
<script>${new Markup(first)}</script>
</head>
<body>
${body}
<script type="module">${new Markup(script)}</script>
</body>
</html>
`;
}

const asset = (kind: 'css' | 'js') => (name: string) => readFileSync(assetPath(`review/${name}.${kind}`), 'utf8');

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The modules of src/review/assets as one: an inline module cannot import another. */
export function clientScript(): string {
  return SCRIPTS.map(asset('js'))
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
