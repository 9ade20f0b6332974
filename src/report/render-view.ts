import path from 'node:path';
import { writeFileAtomic } from '../system/files.ts';
import { renderHtmlView } from './html/page.ts';
import { renderMarkdownView } from './markdown/render.ts';
import { renderTerminalView, type TerminalOptions } from './terminal/render.ts';
import type { ReportView } from './view.ts';

export type ViewFormat = 'terminal' | 'markdown' | 'html';

/** Any report in any form. */
export function renderView(view: ReportView, format: ViewFormat, options: TerminalOptions): string {
  switch (format) {
    case 'terminal':
      return renderTerminalView(view, options);
    case 'markdown':
      return renderMarkdownView(view);
    case 'html':
      return renderHtmlView(view);
  }
}

/** Writes report.html and report.md into a folder. @throws UserError when it cannot be written. */
export async function writeView(dir: string, view: ReportView): Promise<void> {
  await writeFileAtomic(path.join(dir, 'report.html'), renderHtmlView(view));
  await writeFileAtomic(path.join(dir, 'report.md'), renderMarkdownView(view));
}
