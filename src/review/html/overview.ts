import { count } from '../../document/format.ts';
import { blockHtml, factsHtml } from '../../document/html/blocks.ts';
import { html, type Markup, sign } from '../../document/html/markup.ts';
import { joined } from '../../document/say.ts';
import type { Tone } from '../../document/types.ts';
import { foundBlocks } from '../blocks.ts';
import type { Review, ReviewCheck, ReviewEvidence, ReviewRun } from '../types.ts';
import { CHECK, EVIDENCE, errorLines, nameOf, totalsOf, verdictOf } from '../words.ts';
import { countsHtml } from './file.ts';

export function headHtml(review: Review): Markup {
  const totals = totalsOf(review.patches);
  return html`<header class="top"><p class="kicker">Forkwright review</p><h1>${review.title}</h1><p class="headline">${count(review.patches.length, 'patch', 'patches')}, ${count(totals.files, 'file')} ${countsHtml(totals)}${review.checkout !== undefined && html` · on ${review.checkout.label} <span class="base">${review.checkout.base}</span>`}</p>${errorLines(review).map((line) => html`<p class="callout bad">${sign('bad')} ${line}</p>`)}${glance(review)}</header>`;
}

function glance({ patches, run, checks, comparison }: Review): Markup {
  const line = (href: string, tone: Tone, text: string) => html`<li>${sign(tone)} <a href="${href}">${text}</a></li>`;
  const lines = patches.map((patch, i) => {
    const { tone, word } = verdictOf(patch);
    const n = (verdict: ReviewEvidence['verdict']) => patch.evidence.filter((one) => one.verdict === verdict).length;
    const rungs = (['passed', 'failed', 'not-done'] as const).map(
      (verdict) => n(verdict) > 0 && `${n(verdict)} ${EVIDENCE[verdict].word}`,
    );
    const verified = joined(rungs, ', ');
    const warned = patch.warnings.length > 0;
    const said = [word, verified && `verification: ${verified}`, warned && count(patch.warnings.length, 'warning')];
    const worst = n('failed') > 0 ? 'bad' : tone === 'good' && warned ? 'attention' : tone;
    return line(`#p${i + 1}`, worst, `${nameOf(patch, patches)}: ${joined(said, '; ')}`);
  });
  if (run !== undefined)
    lines.push(line('#run', run.ok ? 'good' : 'bad', `run ${run.id}: ${run.ok ? 'OK' : 'not OK'}`));
  if (checks.length > 0) {
    const n = (verdict: ReviewCheck['verdict']) => checks.filter((check) => check.verdict === verdict).length;
    const no = n('failed') > 0 && `${count(n('failed'), 'says', 'say')} no`;
    const text = joined([no, `${n('attention')} to look at`, `${n('fine')} fine`, `${n('not-done')} not done`], ', ');
    const tone = no ? 'bad' : n('attention') > 0 ? 'attention' : n('not-done') > 0 ? 'unknown' : 'good';
    lines.push(line('#checks', tone, `checks: ${text}`));
  }
  if (comparison !== undefined) {
    const { changed, removed, added } = comparison.counts;
    const n = changed + removed + added;
    const said = n === 0 ? 'nothing of substance changed' : `${count(n, 'patch', 'patches')} changed in substance`;
    lines.push(line('#comparison', n > 0 ? 'attention' : 'good', `against ${comparison.old}: ${said}`));
  }
  return html`<ul class="glance">${lines}</ul>`;
}

export function runHtml(run: ReviewRun): Markup {
  return html`<section class="run" id="run" aria-labelledby="run-title"><h2 id="run-title">What the run said</h2><div class="callout ${run.ok ? 'good' : 'bad'}"><p>${sign(run.ok ? 'good' : 'bad')} <strong>${run.ok ? 'OK' : 'Not OK'}</strong> <code>${run.id}</code></p>${run.lines.map((line) => html`<p>${line}</p>`)}</div><div class="cards">${run.targets.map(
    ({ name, facts }) =>
      html`<div class="card"><h3>${name}</h3>${factsHtml(facts.map(({ label: name, value }) => ({ name, value })))}</div>`,
  )}</div></section>`;
}

/** What a careful reviewer would look at. What is fine is one line. */
export function checksHtml(checks: readonly ReviewCheck[]): Markup {
  return html`<section class="checks" id="checks" aria-labelledby="checks-title"><h2 id="checks-title">Checks</h2>${checks.map(
    (check) => {
      const { tone, word } = CHECK[check.verdict];
      const found = foundBlocks(check).map((block) => blockHtml(block, { patches: {}, id: check.id }));
      const head = html`${sign(tone)} <strong>${check.title}</strong> <span class="verdict ${tone}">${word}</span> <span class="summary">${check.summary}</span>`;
      if (found.length === 0) return html`<div class="check" id="check-${check.id}">${head}</div>`;
      return html`<details class="check" id="check-${check.id}"${(check.verdict === 'attention' || check.verdict === 'failed') && html` open`}><summary>${head}</summary>${found}</details>`;
    },
  )}</section>`;
}
