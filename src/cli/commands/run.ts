import type { Command } from 'commander';
import { REF_OPTION, RUN_OPTIONS, type RunOptions } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

type Options = SharedOptions & RunOptions & { readonly resume?: string | true };

export function register(program: Command): void {
  const command = program
    .command('run')
    .summary('the main job: patch, build both, test, measure, report')
    .description(
      'Generate the patch for a checkout, build it without and with, run CPython’s own tests and pybench on both, and report.',
    )
    .argument('[recipe...]', 'recipes, by name or file, applied in this order');
  withShared(command, RUN_OPTIONS, REF_OPTION)
    .option('--resume [dir]', 'continue a run that was stopped (default: the newest)')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright run remove-zombieframe --checkout ../cpython --quick
  $ forkwright run remove-zombieframe -C ../cpython -p abi=keep-field --cpython-tests all
  $ forkwright run --resume`,
    )
    .action((recipes: string[], options: Options) => execute('run', options, (ctx) => run(recipes, options, ctx)));
}

async function run(recipes: readonly string[], options: Options, ctx: CommandContext): Promise<Outcome> {
  const { performRun, refuseRecipesOfResumed, resumeRun } = await import('../../work/run.ts');
  const { settingsGates } = await import('../../run/gates/index.ts');
  const { ALL_STAGES } = await import('../../run/stages/list.ts');
  const { runOutcome } = await import('../run-outcome.ts');
  // Before the work: gates that cannot be read are not found out after it.
  const gates = options.failOn ?? (await settingsGates(process.cwd()));
  if (options.resume === undefined) {
    return runOutcome(await performRun(recipes, options, ALL_STAGES, ctx), ctx, gates);
  }
  refuseRecipesOfResumed(recipes);
  return runOutcome(await resumeRun(options.resume, options, [], ctx), ctx, gates);
}
