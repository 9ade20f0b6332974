import path from 'node:path';
import type { RunRecord } from '../run/types.ts';
import { readInside, writeFileAtomic, writeJson } from '../system/files.ts';
import { comparisonJson } from './comparison-json.ts';
import { renderHtml } from './html/page.ts';
import { renderMarkdown } from './markdown/render.ts';
import { reportView } from './report-view.ts';
import { renderTerminal, type TerminalOptions } from './terminal/render.ts';
import type { ReportView } from './view.ts';

/** Patch texts (latin1 bytes) by their path in the run folder, as `RunPatch.file` says it. */
type Patches = Readonly<Record<string, string>>;

/** Any report in any form. @param patches for the page. */
export function renderView(
  view: ReportView,
  format: 'terminal' | 'markdown' | 'html',
  options: TerminalOptions,
  patches?: Patches,
): string {
  if (format === 'terminal') return renderTerminal(view, options);
  return format === 'markdown' ? renderMarkdown(view) : renderHtml(view, patches);
}

/** Writes report.html and report.md into a folder. @throws UserError when it cannot be written. */
export async function writeView(dir: string, view: ReportView, patches?: Patches): Promise<void> {
  await writeFileAtomic(path.join(dir, 'report.html'), renderHtml(view, patches));
  await writeFileAtomic(path.join(dir, 'report.md'), renderMarkdown(view));
}

/** The patches of a run by their file in the run folder, as latin1; what is missing is left out. */
export async function patchTexts(dir: string, record: RunRecord): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { file } of [...(record.sides?.[0].patches ?? []), ...record.patches]) {
    if (file === undefined) continue;
    const bytes = await readInside(dir, file, `read ${file}`).catch(() => undefined);
    if (bytes !== undefined) texts[file] = bytes.toString('latin1');
  }
  return texts;
}

/** Writes report.html, report.md and comparison.json into a run folder. @throws UserError when it cannot be written. */
export async function writeReports(dir: string, record: RunRecord): Promise<void> {
  await writeView(dir, reportView(record), await patchTexts(dir, record));
  await writeJson(path.join(dir, 'comparison.json'), comparisonJson(record));
}
