import type { Command } from 'commander';
import type { ValuesOf } from '../../work/options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';
import { deliver, formatOption, OUTPUT_OPTION } from '../output.ts';

const OPTIONS = { ...formatOption('terminal', 'markdown', 'html', 'json', 'pybench'), ...OUTPUT_OPTION };

type ReportOptions = SharedOptions & ValuesOf<typeof OPTIONS>;

export function register(program: Command): void {
  withShared(
    program
      .command('report')
      .summary('show what a run found, or several side by side')
      .description(
        'Render the report of a run, finished or not; of several, side by side; of a self-test or of imported results.',
      )
      .argument('[run...]', 'run folders (default: the newest in ./forkwright-runs)'),
    OPTIONS,
  )
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

async function report(
  runs: readonly string[],
  { format, output }: ReportOptions,
  ctx: CommandContext,
): Promise<Outcome> {
  const { renderRuns } = await import('../report-runs.ts');
  const { text, data } = await renderRuns(runs, format, ctx);
  return deliver({ exitCode: 0, data, text }, output, ctx);
}
