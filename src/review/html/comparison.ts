import { hunkHead } from '../../diff/write.ts';
import { count } from '../../document/format.ts';
import { gridHtml } from '../../document/html/blocks.ts';
import { html, type Markup, sign } from '../../document/html/markup.ts';
import type {
  FileComparison,
  HunkComparison,
  HunkStatus,
  PatchComparison,
  ReviewComparison,
  ReviewHunk,
} from '../types.ts';
import { CHANGE, countsOf } from '../words.ts';
import { HUNK, pathHtml } from './file.ts';
import { rowsHtml } from './rows.ts';

/** How two reviews differ: what changed in substance is shown, what did not is named and folded. */
export function comparisonHtml(comparison: ReviewComparison): Markup {
  return html`<section class="comparison" id="comparison" aria-labelledby="comparison-title"><h2 id="comparison-title">What differs: <span class="side">${comparison.old}</span> → <span class="side">${comparison.new}</span></h2><p class="headline">${countsOf(comparison.counts)}</p><p class="note">+ and − in the margin say what the change itself has become: a line that only the new patch has, or only the old. The second sign is the patch’s own.</p>${comparison.patches.map((patch) => ofPatch(patch, comparison))}</section>`;
}

function ofPatch(patch: PatchComparison, sides: ReviewComparison): Markup {
  const { tone, word } = CHANGE[patch.status];
  const [old, now] = [patch.oldIndex, patch.newIndex];
  const place =
    old === undefined ? `new ${now}` : now === undefined ? `old ${old}` : old === now ? `${now}` : `${old} → ${now}`;
  return html`<article class="compared"><h3>${sign(tone)} ${place}. ${patch.id} <span class="verdict ${tone}">${word}</span></h3>${
    patch.facts.length > 0 &&
    gridHtml({
      label: `Facts of ${patch.id}`,
      caption: false,
      head: [html`<span class="unseen">Fact</span>`, sides.old, sides.new],
      rows: patch.facts.map((fact) => ({
        cells: [fact.label, html`<code>${fact.old}</code>`, html`<code>${fact.new}</code>`],
      })),
    })
  }${patch.files.map((file) => ofFile(file, sides))}</article>`;
}

/** Hunks that say nothing new, folded: a line a kind. */
const QUIET: readonly HunkStatus[] = ['same', 'moved', 'context', 'white-space'];

function ofFile(file: FileComparison, sides: ReviewComparison): Markup {
  const loud = file.hunks.filter(({ status }) => !QUIET.includes(status));
  const quiet = QUIET.map((status) => ({ status, hunks: file.hunks.filter((hunk) => hunk.status === status) }));
  const { tone, word } = CHANGE[file.status];
  return html`<section class="compared-file" aria-label="${file.path}"><h4>${sign(tone)} ${file.oldPath !== undefined && html`${pathHtml(file.oldPath)} → `}${pathHtml(file.path)} <span class="verdict ${tone}">${word}</span></h4>${loud.map(
    (hunk) =>
      html`<div class="compared-hunk">${title(hunk)}${body(hunk)}${hunk.status === 'changed' && bothHtml(hunk, sides)}</div>`,
  )}${quiet.map(
    ({ status, hunks }) =>
      hunks.length > 0 &&
      html`<details class="quiet"><summary>${count(hunks.length, 'hunk')}: ${HUNK[status]}</summary>${hunks.map((hunk) => html`<div class="compared-hunk">${title(hunk)}${body(hunk)}${(status === 'context' || status === 'white-space') && bothHtml(hunk, sides)}</div>`)}</details>`,
  )}</section>`;
}

function title({ old, new: now, status }: HunkComparison): Markup {
  const heads = [old, now].filter((hunk) => hunk !== undefined).map(hunkHead);
  const section = now?.section ?? old?.section ?? '';
  return html`<p class="hunk-head"><code>${heads.length === 2 && heads[0] === heads[1] ? heads[0] : heads.join(' → ')}</code> <span class="section">${section}</span> <span class="remark">${HUNK[status]}</span></p>`;
}

/** The difference of the differences; or the hunk itself, where there is but one or no difference. */
function body({ status, rows, old, new: now }: HunkComparison): Markup {
  const hunk = now ?? old;
  if (status === 'changed' || status === 'context' || status === 'white-space')
    return html`<div class="code twice">${rowsHtml(rows)}</div>`;
  return hunk === undefined ? html`` : html`<div class="code">${rowsHtml(hunk.rows)}</div>`;
}

function bothHtml({ old, new: now }: HunkComparison, sides: ReviewComparison): Markup {
  const side = (label: string, hunk: ReviewHunk | undefined) =>
    html`<div><p class="side-name">${label}</p><div class="code">${hunk !== undefined && rowsHtml(hunk.rows)}</div></div>`;
  return html`<details><summary>Both hunks whole</summary><div class="both">${side(sides.old, old)}${side(sides.new, now)}</div></details>`;
}
