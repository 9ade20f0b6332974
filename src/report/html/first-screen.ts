import { html, type Markup, sign } from '../../document/html/markup.ts';
import { gridHtml } from '../../document/html/table.ts';
import type { Answer, ReportView, TargetView } from '../view.ts';

/** Beyond this many targets the answers are a table, a row a target. */
const MOST_CARDS = 2;

/** What everybody reads: the answer, what was changed, and the questions of each target. */
export function firstScreen(view: ReportView): Markup {
  const { status } = view;
  return html`<header>
<p class="kicker">Forkwright report</p>
<div class="title"><h1>${view.title}</h1><p class="status ${status.tone}">${sign(status.tone)} ${status.word}</p></div>
<p class="headline">${view.headline.join(' ')}</p>
</header>
<section class="answers" aria-labelledby="answers"><h2 id="answers" class="unseen">The answers</h2>
${view.changed.length === 0 ? '' : html`<dl class="changed">${view.changed.map(answer)}</dl>`}
${view.targets.length > MOST_CARDS ? matrix(view.targets) : html`<div class="cards">${view.targets.map(card)}</div>`}
</section>`;
}

function answer({ label, tone, short, more }: Answer): Markup {
  return html`<div class="answer"><dt>${sign(tone)} ${label}</dt><dd><strong>${short}</strong>${more.map((line) => html`<span class="more">${line}</span>`)}</dd></div>\n`;
}

function card(target: TargetView): Markup {
  return html`<article class="card"><h3>${target.name} <span>${target.title}</span></h3><dl>${target.answers.map(answer)}</dl></article>\n`;
}

function matrix(targets: readonly TargetView[]): Markup {
  const labels = [...new Set(targets.flatMap((target) => target.answers.map((a) => a.label)))];
  const cell = (target: TargetView, label: string) => {
    const found = target.answers.find((a) => a.label === label);
    return found === undefined ? '' : html`${sign(found.tone)} ${found.short}`;
  };
  const rows = targets.map((target) => ({ cells: [target.name, ...labels.map((label) => cell(target, label))] }));
  return html`${gridHtml({ label: 'All targets', caption: false, head: ['target', ...labels], rows, kind: 'plain matrix' })}
<dl class="kinds">${targets.map(({ name, title }) => html`<div><dt>${name}</dt><dd>${title}</dd></div>\n`)}</dl>`;
}
