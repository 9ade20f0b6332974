import { blockHtml, gridHtml } from '../../document/html/blocks.ts';
import { anchor, html, type Markup, sign } from '../../document/html/markup.ts';
import { pageHtml } from '../../document/html/page.ts';
import type { Answer, ReportView, Section, TargetView } from '../view.ts';

/**
 * The report as one page that needs nothing but itself: no script, no network, its style sheet allowed by its hash.
 * @param patches the patches' texts (latin1 bytes) by their path in the run folder, as `RunPatch.file` says it.
 */
export function renderHtml(view: ReportView, patches: Readonly<Record<string, string>> = {}): string {
  const several = view.targets.length > 1;
  const parts: readonly { id: string; title: string; section: Section }[] = [
    ...view.targets.flatMap((target, i) =>
      target.sections.map((section) => ({
        id: anchor(`t${i + 1}`, section.id),
        title: several ? `${section.title}, ${target.name}` : section.title,
        section,
      })),
    ),
    ...view.sections.map((section) => ({ id: anchor('run', section.id), title: section.title, section })),
  ];
  const body = html`<a class="skip" href="#details">To the details</a>
${firstScreen(view)}
<nav aria-label="Contents"><ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="details">
${parts.map(
  ({ id, title, section }) =>
    html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${section.blocks.map((block, i) => blockHtml(block, { patches, id: `${id}-${i}` }))}</section>\n`,
)}</main>
<footer><p>${view.footer}</p></footer>`;
  return pageHtml({ title: `${view.status.word}: ${view.title}`, styles: STYLES, body });
}

const STYLES = ['base', 'first-screen', 'blocks', 'forest', 'bars', 'trend', 'print'].map(
  (name) => `report/${name}.css`,
);

/** Beyond this many targets the answers are a table, a row a target. */
const MOST_CARDS = 2;

/** What everybody reads: the answer, what was changed, and the questions of each target. */
function firstScreen(view: ReportView): Markup {
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
