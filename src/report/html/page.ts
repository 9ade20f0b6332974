import { blockHtml } from '../../document/html/blocks.ts';
import { anchor, html } from '../../document/html/markup.ts';
import { pageHtml } from '../../document/html/page.ts';
import type { RunRecord } from '../../run/types.ts';
import { reportView } from '../report-view.ts';
import type { ReportView, Section } from '../view.ts';
import { firstScreen } from './first-screen.ts';

/**
 * The report as one page that needs nothing but itself: no script, no network, its style sheet allowed by its hash.
 * @param patches the patches' texts (latin1 bytes) by their path in the run folder, as `RunPatch.file` says it.
 */
export function renderHtml(record: RunRecord, patches: Readonly<Record<string, string>>): string {
  return renderHtmlView(reportView(record), patches);
}

/** As {@link renderHtml}, of any report. */
export function renderHtmlView(view: ReportView, patches: Readonly<Record<string, string>> = {}): string {
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
