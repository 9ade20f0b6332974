import path from 'node:path';
import { paragraph } from '../document/terminal/style.ts';
import { headline, runStatus } from '../report/headline.ts';
import { renderView } from '../report/render-view.ts';
import { reportView } from '../report/report-view.ts';
import { renderTerminal } from '../report/terminal/render.ts';
import { isBaseline, variedJson } from '../report/varied.ts';
import type { ReportView } from '../report/view.ts';
import { variedView } from '../report/views/varied.ts';
import type { Gate } from '../run/gates/index.ts';
import { shownPath } from '../system/paths.ts';
import { gateLines, judged } from '../work/gates.ts';
import type { DoneMany } from '../work/many.ts';
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

/** Several runs that were carried out: side by side, and the answer of each. */
export function manyOutcome(
  { folder, runs, ...varied }: DoneMany,
  ctx: CommandContext,
  gates: readonly Gate[] = [],
): Outcome {
  // The value that the checkout has is no failure of a sweep.
  const asked = runs.filter(({ record }) => !isBaseline(record));
  const all = asked.map(({ name, record }) => ({ name, ...judged(record, gates) }));
  const exitCode = all.reduce<0 | 1 | 2>((worst, one) => (one.exitCode > worst ? one.exitCode : worst), 0);
  const lines = all.flatMap(({ name, results }) => gateLines(results).map((line) => `${name}: ${line}`));
  const text = `${renderTerminal(variedView(runs, varied), shownOn(ctx)).trimEnd()}\n\nReport: ${path.join(shownPath(folder), 'report.html')}\n`;
  const { targets } = variedJson(runs, varied);
  const data = { folder, targets, runs: runs.map((one) => ({ ...one, folder: path.relative(folder, one.folder) })) };
  return { exitCode, data, text: text + lines.map((line) => `${line}\n`).join('') };
}
