import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { latestRunFolder, runFolder } from '../../run/folder.ts';
import { UserError } from '../../system/diagnostic.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';
import { RUNS_DIR } from '../run-request.ts';

type Format = 'terminal' | 'markdown' | 'html' | 'json' | 'pybench';
interface ReportOptions extends SharedOptions {
  readonly format: Format;
  readonly output?: string;
}

export function register(program: Command): void {
  withShared(
    program
      .command('report')
      .summary('show what a run found')
      .description('Render the report of a run, finished or not.')
      .argument('[run]', 'the run folder (default: the newest in ./forkwright-runs)'),
  )
    .addOption(
      new Option('-f, --format <format>', 'how')
        .choices(['terminal', 'markdown', 'html', 'json', 'pybench'])
        .default('terminal'),
    )
    .option('-o, --output <file>', 'write to a file')
    .addHelpText('after', '\nExample:\n  $ forkwright report --format pybench')
    .action((run: string | undefined, options: ReportOptions) =>
      execute('report', options, (ctx) => report(run, options, ctx)),
    );
}

async function report(run: string | undefined, options: ReportOptions, ctx: CommandContext): Promise<Outcome> {
  const { readRunRecord } = await import('../../run/read-record.ts');
  const folder = run === undefined ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(run);
  const record = await readRunRecord(folder);
  const text = await render(options.format, record, folder.dir, ctx);
  if (options.output === undefined) return { exitCode: 0, data: { folder: folder.dir, record }, text };
  const file = path.resolve(options.output);
  await writeFileAtomic(file, text.endsWith('\n') ? text : `${text}\n`);
  return { exitCode: 0, data: { folder: folder.dir, file }, text: `wrote ${options.output}` };
}

async function render(
  format: Format,
  record: Awaited<ReturnType<typeof import('../../run/read-record.ts')['readRunRecord']>>,
  dir: string,
  ctx: CommandContext,
): Promise<string> {
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
