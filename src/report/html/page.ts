import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { blockHtml } from '../../document/html/blocks.ts';
import { anchor, html, Markup } from '../../document/html/markup.ts';
import type { RunRecord } from '../../run/types.ts';
import { assetPath } from '../../system/assets.ts';
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
  const style = styleSheet();
  const hash = createHash('sha256').update(style).digest('base64');
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
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${view.status.word}: ${view.title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#details">To the details</a>
${firstScreen(view)}
<nav aria-label="Contents"><ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main id="details">
${parts.map(
  ({ id, title, section }) =>
    html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${section.blocks.map((block, i) => blockHtml(block, { patches, id: `${id}-${i}` }))}</section>\n`,
)}</main>
<footer><p>${view.footer}</p></footer>
</body>
</html>
`;
  return page.text;
}

const STYLES = ['base', 'first-screen', 'blocks', 'forest', 'bars', 'trend', 'print'];

function styleSheet(): string {
  return STYLES.map((name) => readFileSync(assetPath(`report/${name}.css`), 'utf8')).join('');
}
