import type { Command } from 'commander';
import { type CommandContext, execute, type Outcome, type SharedOptions } from '../frame.ts';
import type { AllOptions } from '../run-request.ts';
import { withBuild, withRecipes } from '../shared-run-options.ts';

type BuildOptions = SharedOptions & AllOptions;

export function register(program: Command): void {
  const command = program
    .command('build')
    .summary('build baseline and patched, under the same conditions')
    .description(
      'Generate the patch for a checkout and build the interpreter without and with it. A repeated build is found in the store.',
    )
    .argument('<recipe...>', 'recipes, by name or file, applied in this order');
  withBuild(withRecipes(command))
    .addHelpText('after', '\nExample:\n  $ forkwright build remove-zombieframe --checkout ../cpython --target host')
    .action((recipes: string[], options: BuildOptions) =>
      execute('build', options, (ctx) => build(recipes, options, ctx)),
    );
}

async function build(recipes: readonly string[], options: BuildOptions, ctx: CommandContext): Promise<Outcome> {
  const { performRun } = await import('../../work/run.ts');
  const outcome = await performRun(recipes, options, ['build'], ctx);
  return outcome;
}
