import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ReportView } from '../report/view.ts';
import { UserError } from '../system/diagnostic.ts';
import type { Format, Rendered } from './commands/report.ts';
import type { CommandContext } from './frame.ts';

/** The report of a folder that is not a run's: a self-test, imported results. @returns `undefined` for any other. */
export async function otherReport(dir: string, format: Format, ctx: CommandContext): Promise<Rendered | undefined> {
  const has = async (name: string) => (await stat(path.join(dir, name)).catch(() => undefined)) !== undefined;
  if (await has('self-test.json')) {
    const { readSelfTest } = await import('../run/self-test-record.ts');
    const { selfTestView } = await import('../report/views/self-test.ts');
    const record = await readSelfTest(dir);
    return record && rendered(dir, record, selfTestView(record), format, ctx);
  }
  if (await has('import.json')) {
    const { readImport } = await import('../run/import-record.ts');
    const { importView } = await import('../report/views/import.ts');
    const record = await readImport(dir);
    return record && rendered(dir, record, importView(record), format, ctx);
  }
  return undefined;
}

async function rendered(
  dir: string,
  record: object,
  view: ReportView,
  format: Format,
  ctx: CommandContext,
): Promise<Rendered> {
  const data = { folder: dir, record };
  if (format === 'json') return { text: `${JSON.stringify(record, undefined, 2)}\n`, data };
  if (format === 'pybench') {
    throw new UserError({
      code: 'cli/no-pybench-table',
      message: 'this folder is not a run’s, and has no pybench table of its own',
      place: { file: dir },
      hint: 'choose terminal, markdown, html or json',
    });
  }
  const { renderView } = await import('../report/render-view.ts');
  const { width, colorOut: color } = ctx.terminal;
  return { text: renderView(view, format, { width, color, verbose: ctx.verbose }), data };
}
