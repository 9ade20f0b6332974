import path from 'node:path';
import { paragraph } from '../document/terminal/style.ts';
import { headline, runStatus } from '../report/headline.ts';
import { renderView } from '../report/render-view.ts';
import { reportView } from '../report/report-view.ts';
import { renderTerminal } from '../report/terminal/render.ts';
import type { ReportView } from '../report/view.ts';
import type { Gate } from '../run/gates/index.ts';
import { shownPath } from '../system/paths.ts';
import { gateLines, judged } from '../work/gates.ts';
import type { DoneRun } from '../work/run.ts';
import { type CommandContext, type Outcome, shownOn } from './frame.ts';

/** A run that was carried out, for a person: its report, and the answer once more, for the report is longer than a screen. */
export function runOutcome(
  { folder, record, review }: DoneRun,
  ctx: CommandContext,
  gates: readonly Gate[] = [],
): Outcome {
  const { results, exitCode } = judged(record, gates);
  const shown = shownPath(folder);
  const lines = [
    renderTerminal(reportView(record), shownOn(ctx)).trimEnd(),
    '',
    paragraph(`${runStatus(record).word}: ${headline(record).join(' ')}`, ctx.terminal.width),
    `Report: ${path.join(shown, 'report.html')}`,
    ...(review === undefined ? [] : [`Review: ${path.join(shown, 'review.html')}`]),
    ...gateLines(results),
  ];
  const judgement = gates.length === 0 ? {} : { gates: results };
  return { exitCode, data: { folder, record, ...judgement }, text: `${lines.join('\n')}\n` };
}

export function viewOutcome(
  data: { readonly folder: string },
  view: ReportView,
  exitCode: Outcome['exitCode'],
  ctx: CommandContext,
): Outcome {
  const report = shownPath(path.join(data.folder, 'report.html'));
  return { exitCode, data, text: `${renderView(view, 'terminal', shownOn(ctx))}\nReport: ${report}\n` };
}
