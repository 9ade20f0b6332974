import type { Command } from 'commander';
import { type CommandContext, execute, type Outcome, type SharedOptions } from '../frame.ts';
import { type AllOptions, parseTestSet, withBench } from '../run-request.ts';
import { withBuild, withRecipes } from '../shared-run-options.ts';

type RunOptions = SharedOptions & AllOptions & { readonly resume?: string | true };

export function register(program: Command): void {
  const command = program
    .command('run')
    .summary('the main job: patch, build both, test, measure, report')
    .description(
      'Generate the patch for a checkout, build it without and with, run CPython’s own tests and pybench on both, and report.',
    )
    .argument('[recipe...]', 'recipes, by name or file, applied in this order');
  withBench(withBuild(withRecipes(command)))
    .option('--cpython-tests <set>', 'quick, all, none, or names separated by commas (default: quick)', parseTestSet)
    .option('--resume [dir]', 'continue a run that was stopped (default: the newest)')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright run remove-zombieframe --checkout ../cpython --quick
  $ forkwright run remove-zombieframe -C ../cpython -p abi=keep-field --cpython-tests all
  $ forkwright run --resume`,
    )
    .action((recipes: string[], options: RunOptions) => execute('run', options, (ctx) => run(recipes, options, ctx)));
}

async function run(recipes: readonly string[], options: RunOptions, ctx: CommandContext): Promise<Outcome> {
  const { performRun, resumeRun } = await import('../perform-run.ts');
  if (options.resume !== undefined)
    return resumeRun(recipes, options.resume, options.recipesDir, ctx, undefined, options.history);
  return performRun(recipes, options, ['build', 'tests', 'growth', 'memory', 'instructions', 'speed'], ctx);
}
