import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { latestRunFolder, runFolder } from '../../run/folder.ts';
import type { RunRecord } from '../../run/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';
import { otherReport } from '../other-report.ts';
import { RUNS_DIR } from '../run-request.ts';

export type Format = 'terminal' | 'markdown' | 'html' | 'json' | 'pybench';
interface ReportOptions extends SharedOptions {
  readonly format: Format;
  readonly output?: string;
}

/** A report as text, and its data for `--json`. */
export interface Rendered {
  readonly text: string;
  readonly data: object;
}

export function register(program: Command): void {
  withShared(
    program
      .command('report')
      .summary('show what a run found, or several side by side')
      .description(
        'Render the report of a run, finished or not; of several, side by side; of a self-test or of imported results.',
      )
      .argument('[run...]', 'run folders (default: the newest in ./forkwright-runs)'),
  )
    .addOption(
      new Option('-f, --format <format>', 'how')
        .choices(['terminal', 'markdown', 'html', 'json', 'pybench'])
        .default('terminal'),
    )
    .option('-o, --output <file>', 'write to a file')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright report --format pybench
  $ forkwright report forkwright-runs/2.7 forkwright-runs/3.9 --format html -o both.html`,
    )
    .action((runs: string[], options: ReportOptions) =>
      execute('report', options, (ctx) => report(runs, options, ctx)),
    );
}

async function report(runs: readonly string[], options: ReportOptions, ctx: CommandContext): Promise<Outcome> {
  const [first, second] = runs;
  const { text, data } =
    second === undefined ? await reportOne(first, options.format, ctx) : await reportSeveral(runs, options.format, ctx);
  if (options.output === undefined) return { exitCode: 0, data, text };
  const file = path.resolve(options.output);
  await writeFileAtomic(file, text.endsWith('\n') ? text : `${text}\n`);
  return { exitCode: 0, data: { ...data, file }, text: `wrote ${options.output}` };
}

async function reportOne(run: string | undefined, format: Format, ctx: CommandContext): Promise<Rendered> {
  const { readRunRecord } = await import('../../run/read-record.ts');
  const folder = run === undefined ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(run);
  const other = run === undefined ? undefined : await otherReport(folder.dir, format, ctx);
  if (other !== undefined) return other;
  const record = await readRunRecord(folder);
  return { text: await render(format, record, folder.dir, ctx), data: { folder: folder.dir, record } };
}

async function reportSeveral(runs: readonly string[], format: Format, ctx: CommandContext): Promise<Rendered> {
  const { readRunRecord } = await import('../../run/read-record.ts');
  const records: RunRecord[] = [];
  for (const run of runs) records.push(await readRunRecord(runFolder(run)));
  const { comparisonJson } = await import('../../report/index.ts');
  const data = { schemaVersion: 1, runs: records.map(comparisonJson) };
  if (format === 'json') return { text: `${JSON.stringify(data, undefined, 2)}\n`, data };
  if (format === 'pybench') {
    throw new UserError({
      code: 'cli/pybench-one-run',
      message: "pybench's own table compares two interpreters of one run",
      hint: 'name one run, or choose terminal, markdown, html or json',
    });
  }
  const { severalView } = await import('../../report/views/several.ts');
  const { renderView } = await import('../../report/render-view.ts');
  const { width, colorOut: color } = ctx.terminal;
  return { text: renderView(severalView(records), format, { width, color, verbose: ctx.verbose }), data };
}

async function render(format: Format, record: RunRecord, dir: string, ctx: CommandContext): Promise<string> {
  switch (format) {
    case 'terminal': {
      const { renderTerminal } = await import('../../report/index.ts');
      return renderTerminal(record, { width: ctx.terminal.width, color: ctx.terminal.colorOut, verbose: ctx.verbose });
    }
    case 'markdown':
      return (await import('../../report/index.ts')).renderMarkdown(record);
    case 'html': {
      const { patchTexts } = await import('../../report/write.ts');
      return (await import('../../report/index.ts')).renderHtml(record, await patchTexts(dir, record));
    }
    case 'json':
      return readFile(path.join(dir, 'run.json'), 'utf8');
    case 'pybench': {
      const { renderPybench } = await import('../../report/pybench.ts');
      const text = renderPybench(record);
      if (text !== '') return text;
      throw new UserError({
        code: 'cli/no-speed',
        message: 'this run has no pybench samples',
        place: { file: dir },
        hint: `measure in it: forkwright bench ${path.relative(process.cwd(), dir)}`,
      });
    }
  }
}
