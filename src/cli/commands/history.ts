import path from 'node:path';
import type { Command } from 'commander';
import type { ValuesOf } from '../../work/options.ts';
import { type CommandContext, execute, type Outcome, shownOn } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';
import { asJson, deliver, formatOption, OUTPUT_OPTION } from '../output.ts';

const OPTIONS = { ...formatOption('terminal', 'markdown', 'html', 'json'), ...OUTPUT_OPTION };

type HistoryOptions = SharedOptions & ValuesOf<typeof OPTIONS>;

export function register(program: Command): void {
  withShared(
    program
      .command('history')
      .summary('the trend of many runs')
      .description(
        'Draw how a change developed from run to run: speed with its interval, memory, instructions. The file is what `run` and `bench` append to with --history FILE.',
      )
      .argument('<file>', 'the history: one JSON line a run'),
    OPTIONS,
  )
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright run remove-zombieframe --checkout ../cpython --history speed.jsonl
  $ forkwright history speed.jsonl --format html -o trend.html`,
    )
    .action((file: string, options: HistoryOptions) =>
      execute('history', options, (ctx) => history(file, options, ctx)),
    );
}

async function history(file: string, { format, output }: HistoryOptions, ctx: CommandContext): Promise<Outcome> {
  const { readHistory } = await import('../../run/history.ts');
  const { historyView } = await import('../../report/views/history.ts');
  const { renderView } = await import('../../report/render-view.ts');
  const data = await readHistory(path.resolve(file));
  const text =
    format === 'json' ? asJson(data) : renderView(historyView(data, path.basename(file)), format, shownOn(ctx));
  return deliver({ exitCode: 0, data, text }, output, ctx);
}
