import type { Command } from 'commander';
import { BUILD_OPTIONS, type BuildOptions, RECIPE_OPTIONS } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, withShared } from '../options.ts';

export function register(program: Command): void {
  const command = program
    .command('build')
    .summary('build baseline and patched, under the same conditions')
    .description(
      'Generate the patch for a checkout and build the interpreter without and with it. A repeated build is found in the store.',
    )
    .argument('<recipe...>', 'recipes, by name or file, applied in this order');
  withShared(command, RECIPE_OPTIONS, BUILD_OPTIONS)
    .addHelpText('after', '\nExample:\n  $ forkwright build remove-zombieframe --checkout ../cpython --target host')
    .action((recipes: string[], options: SharedOptions & BuildOptions) =>
      execute('build', options, (ctx) => build(recipes, options, ctx)),
    );
}

async function build(recipes: readonly string[], options: BuildOptions, ctx: CommandContext): Promise<Outcome> {
  const { performRun } = await import('../../work/run.ts');
  const { runOutcome } = await import('../run-outcome.ts');
  return runOutcome(await performRun(recipes, options, ['build'], ctx), ctx);
}
