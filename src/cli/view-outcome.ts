import path from 'node:path';
import { renderView } from '../report/render-view.ts';
import type { ReportView } from '../report/view.ts';
import { shownPath } from '../system/paths.ts';
import { type CommandContext, type Outcome, shownOn } from './frame.ts';

/** A report that lies in a folder, for a person. */
export function viewOutcome(
  data: { readonly folder: string },
  view: ReportView,
  exitCode: Outcome['exitCode'],
  ctx: CommandContext,
): Outcome {
  const report = shownPath(path.join(data.folder, 'report.html'));
  return { exitCode, data, text: `${renderView(view, 'terminal', shownOn(ctx))}\nReport: ${report}\n` };
}
