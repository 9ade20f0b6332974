import path from 'node:path';
import { type Command, Option } from 'commander';
import { readHistory } from '../../run/history.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';

interface HistoryOptions extends SharedOptions {
  readonly format: 'terminal' | 'markdown' | 'html' | 'json';
  readonly output?: string;
}

export function register(program: Command): void {
  withShared(
    program
      .command('history')
      .summary('the trend of many runs')
      .description(
        'Draw how a change developed from run to run: speed with its interval, memory, instructions. The file is what `run` and `bench` append to with --history FILE.',
      )
      .argument('<file>', 'the history: one JSON line a run'),
  )
    .addOption(
      new Option('-f, --format <format>', 'how').choices(['terminal', 'markdown', 'html', 'json']).default('terminal'),
    )
    .option('-o, --output <file>', 'write to a file')
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

async function history(file: string, options: HistoryOptions, ctx: CommandContext): Promise<Outcome> {
  const read = await readHistory(path.resolve(file));
  const { historyView } = await import('../../report/views/history.ts');
  const { renderView } = await import('../../report/render-view.ts');
  const { width, colorOut: color } = ctx.terminal;
  const text =
    options.format === 'json'
      ? `${JSON.stringify(read, undefined, 2)}\n`
      : renderView(historyView(read, path.basename(file)), options.format, { width, color, verbose: ctx.verbose });
  if (options.output === undefined) return { exitCode: 0, data: read, text };
  await writeFileAtomic(path.resolve(options.output), text);
  return { exitCode: 0, data: { ...read, file: path.resolve(options.output) }, text: `wrote ${options.output}` };
}
