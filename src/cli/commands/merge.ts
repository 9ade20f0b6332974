import path from 'node:path';
import { type Command, Option } from 'commander';
import { type Gate, parseGates, settingsGates } from '../../run/gates/index.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions, withShared } from '../frame.ts';

interface MergeOptions extends SharedOptions {
  readonly plan?: string;
  readonly format: 'terminal' | 'markdown' | 'html' | 'json';
  readonly output?: string;
  readonly failOn?: readonly Gate[];
}

export function register(program: Command): void {
  withShared(
    program
      .command('merge')
      .summary('join the runs of many machines into one report')
      .description(
        'Join run folders, folders of downloaded artifacts, or zips of them into one table: a row a cell, run or not. Which machine measured what is said; times are never compared across machines. Exit code 1 when a cell’s answer is no, or missing.',
      )
      .argument('<run...>', 'run folders, folders or zips with runs in them'),
  )
    .option('--plan <file>', 'what forkwright plan --format json wrote: tells what is missing')
    .addOption(
      new Option('-f, --format <format>', 'how').choices(['terminal', 'markdown', 'html', 'json']).default('terminal'),
    )
    .option('-o, --output <file>', 'write to a file')
    .option(
      '--fail-on <gates>',
      'what is a no, as of run (default: gates of forkwright.yml; else each run’s own verdict)',
      (text) => parseGates(text, '--fail-on'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright merge artifacts/* --plan plan.json --format html -o matrix.html
  $ forkwright merge linux.zip windows.zip`,
    )
    .action((runs: string[], options: MergeOptions) => execute('merge', options, (ctx) => merge(runs, options, ctx)));
}

async function merge(named: readonly string[], options: MergeOptions, ctx: CommandContext): Promise<Outcome> {
  const { readPlan } = await import('../../run/fanout/read-plan.ts');
  const { findRuns } = await import('../../run/fanout/find-runs.ts');
  const { mergeRuns } = await import('../../run/fanout/merge.ts');
  const { mergedJson } = await import('../../report/merged-json.ts');
  const gates = options.failOn ?? (await settingsGates(process.cwd()));
  const plan = options.plan === undefined ? undefined : await readPlan(options.plan);
  const { runs, unreadable } = await findRuns(named, ctx.signal);
  const merged = mergeRuns(runs, unreadable, { plan, gates });
  const data = mergedJson(merged);
  const exitCode = merged.ok ? 0 : 1;
  const text = options.format === 'json' ? `${JSON.stringify(data, undefined, 2)}\n` : await page(options.format);
  if (options.output === undefined) return { exitCode, data, text };
  const file = path.resolve(options.output);
  await writeFileAtomic(file, text.endsWith('\n') ? text : `${text}\n`);
  const { stateCounts } = await import('../../report/views/merged.ts');
  return { exitCode, data: { ...data, file }, text: `wrote ${options.output}: ${stateCounts(merged)}` };

  async function page(format: 'terminal' | 'markdown' | 'html'): Promise<string> {
    const { mergedView } = await import('../../report/views/merged.ts');
    const { renderView } = await import('../../report/render-view.ts');
    const { width, colorOut: color } = ctx.terminal;
    return renderView(mergedView(merged), format, { width, color, verbose: ctx.verbose });
  }
}
