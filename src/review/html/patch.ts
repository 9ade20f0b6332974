import { count } from '../../document/format.ts';
import { blockHtml, factsHtml, gridHtml } from '../../document/html/blocks.ts';
import { html, type Markup, sign } from '../../document/html/markup.ts';
import { problemBlocks } from '../blocks.ts';
import type { ReviewPatch } from '../types.ts';
import { EVIDENCE, OUTCOME, provenanceOf, verdictOf } from '../words.ts';
import { countsHtml, editId, fileHtml, fileId, type PageState, paragraphs, patchId } from './file.ts';

/** One patch: why, from what, what was verified, warnings, its files. @param key for viewed marks, unique to its bytes. */
export function patchHtml(patch: ReviewPatch, index: number, several: boolean, key: string, state: PageState): Markup {
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

/** The verification ladder, each rung with what it found. */
function ladderHtml({ evidence }: ReviewPatch): Markup {
  const rungs = evidence.map(({ title, verdict, detail }) => {
    const { tone, word } = EVIDENCE[verdict];
    return html`<li>${sign(tone)} <span class="rung">${title}</span> <span class="verdict ${tone}">${word}</span><span class="detail">${detail}</span></li>`;
  });
  return html`<div class="ladder"><h3 class="label">Verification</h3>${rungs.length > 0 ? html`<ol>${rungs}</ol>` : html`<p class="note">Nothing was verified: only the patch file is at hand. Review its recipe on a checkout to see each edit and what was proved.</p>`}</div>`;
}

/** All edits of the recipe, also those that made no hunk: a reviewer asks for these, too. */
function editsHtml(patch: ReviewPatch, index: number): Markup {
  if (patch.edits.length === 0) return html``;
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
