import { count } from '../../document/format.ts';
import { blockHtml, factsHtml } from '../../document/html/blocks.ts';
import { html, type Markup, sign } from '../../document/html/markup.ts';
import type { Tone } from '../../document/types.ts';
import { foundBlocks } from '../blocks.ts';
import type { Review, ReviewCheck, ReviewRun } from '../types.ts';
import { CHECK, EVIDENCE, errorLines, nameOf, verdictOf } from '../words.ts';
import { countsHtml } from './file.ts';

/** What is under review, and in a line each what was found: the first screen. */
export function headHtml(review: Review): Markup {
  const files = new Set(review.patches.flatMap((patch) => patch.files.map(({ path }) => path))).size;
  const sum = (name: 'insertions' | 'deletions') => review.patches.reduce((n, patch) => n + patch[name], 0);
  const totals = { insertions: sum('insertions'), deletions: sum('deletions') };
  return html`<header class="top"><p class="kicker">Forkwright review</p><h1>${review.title}</h1><p class="headline">${count(review.patches.length, 'patch', 'patches')}, ${count(files, 'file')} ${countsHtml(totals)}${review.checkout !== undefined && html` · on ${review.checkout.label} <span class="base">${review.checkout.base}</span>`}</p>${errorLines(review).map((line) => html`<p class="callout bad">${sign('bad')} ${line}</p>`)}${glance(review)}</header>`;
}

function glance(review: Review): Markup {
  const lines: { tone: Tone; text: string; href: string }[] = [];
  for (const [i, patch] of review.patches.entries()) {
    const { tone, word } = verdictOf(patch);
    const failed = patch.evidence.filter(({ verdict }) => verdict === 'failed').length;
    const rungs = (['passed', 'failed', 'not-done'] as const)
      .map((verdict) => ({ verdict, n: patch.evidence.filter((one) => one.verdict === verdict).length }))
      .filter(({ n }) => n > 0)
      .map(({ verdict, n }) => `${n} ${EVIDENCE[verdict].word}`);
    const warnings = patch.warnings.length === 0 ? [] : [count(patch.warnings.length, 'warning')];
    const said = [word, rungs.length === 0 ? '' : `verification: ${rungs.join(', ')}`, ...warnings].filter(
      (s) => s !== '',
    );
    lines.push({
      tone: failed > 0 ? 'bad' : tone === 'good' && warnings.length > 0 ? 'attention' : tone,
      text: `${nameOf(patch, review.patches)}: ${said.join('; ')}`,
      href: `#p${i + 1}`,
    });
  }
  if (review.run !== undefined)
    lines.push({
      tone: review.run.ok ? 'good' : 'bad',
      text: `run ${review.run.id}: ${review.run.ok ? 'OK' : 'not OK'}`,
      href: '#run',
    });
  if (review.checks.length > 0) {
    const n = (verdict: ReviewCheck['verdict']) => review.checks.filter((check) => check.verdict === verdict).length;
    const failed = n('failed') === 0 ? [] : [`${count(n('failed'), 'says', 'say')} no`];
    const text = [...failed, `${n('attention')} to look at`, `${n('fine')} fine`, `${n('not-done')} not done`].join(
      ', ',
    );
    const tone = failed.length > 0 ? 'bad' : n('attention') > 0 ? 'attention' : n('not-done') > 0 ? 'unknown' : 'good';
    lines.push({ tone, text: `checks: ${text}`, href: '#checks' });
  }
  if (review.comparison !== undefined) {
    const { counts } = review.comparison;
    const changed = counts.changed + counts.removed + counts.added;
    lines.push({
      tone: changed > 0 ? 'attention' : 'good',
      text: `against ${review.comparison.old}: ${changed === 0 ? 'nothing of substance changed' : `${count(changed, 'patch', 'patches')} changed in substance`}`,
      href: '#comparison',
    });
  }
  return html`<ul class="glance">${lines.map(({ tone, text, href }) => html`<li>${sign(tone)} <a href="${href}">${text}</a></li>`)}</ul>`;
}

/** What building, testing and measuring said. */
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
