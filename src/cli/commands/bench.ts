import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../../system/diagnostic.ts';
import type { SelfTestOptions } from '../../work/self-test.ts';
import { type CommandContext, execute, type Outcome, positiveInteger, type SharedOptions } from '../frame.ts';
import { type AllOptions, withBench } from '../run-request.ts';
import { withBuild, withRecipes } from '../shared-run-options.ts';

type BenchOptions = SharedOptions & AllOptions & SelfTestOptions & { readonly selfTest?: boolean };

export function register(program: Command): void {
  const command = program
    .command('bench')
    .summary('measure: pybench on both builds, memory growth; or the measuring itself')
    .description(
      'Build what is not built yet and measure baseline and patched; or measure (again, or further) in a run’s folder. With --self-test, measure an interpreter against itself: what is called changed then is a false alarm.',
    )
    .argument('[run-or-recipe...]', 'one run folder, or recipes; with --self-test a run folder or none');
  withBench(withBuild(withRecipes(command)))
    .option('--self-test', 'measure the measuring: a baseline against itself')
    .option('--repeat <n>', 'with --self-test: how often, each with another seed (default: 3)', positiveInteger)
    .option(
      '--plant <percent,...>',
      'with --self-test: also slow one side down by these, and count in how many tests that is found',
      (text: string) => text.split(',').map((one) => one.trim()),
    )
    .option('--python <path>', 'with --self-test: any interpreter, instead of a run’s or a checkout’s baseline')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright bench remove-zombieframe --checkout ../cpython --pairs 32
  $ forkwright bench forkwright-runs/2026-11-22-remove-zombieframe
  $ forkwright bench remove-zombieframe --checkout ../cpython --suite startup
  $ forkwright bench remove-zombieframe --checkout ../cpython --suite mine.py
  $ forkwright bench --self-test --checkout ../cpython --quick --plant 2,5,10
  $ forkwright bench --self-test --python /usr/bin/python3 --repeat 10`,
    )
    .action((names: string[], options: BenchOptions, self: Command) =>
      execute('bench', options, (ctx) => bench(names, options, given(self), ctx)),
    );
}

/** What still can be said when a run's folder is measured: how it is shown, and where its line goes. */
const FREE = new Set(['json', 'quiet', 'verbose', 'cache', 'jobs', 'history', 'recipesDir', 'selfTest']);

/** The options that were typed and would change what is measured. */
function given(command: Command): readonly string[] {
  return command.options
    .filter(
      (option) => command.getOptionValueSource(option.attributeName()) === 'cli' && !FREE.has(option.attributeName()),
    )
    .map((option) => option.long ?? option.flags);
}

async function bench(
  names: readonly string[],
  options: BenchOptions,
  typed: readonly string[],
  ctx: CommandContext,
): Promise<Outcome> {
  if (options.selfTest) {
    if ((options.suite ?? []).some((name) => name !== 'pybench')) {
      throw new UserError({
        code: 'cli/suite',
        message: '--suite: a self-test is made with pybench',
        hint: 'leave out --suite',
      });
    }
    const { performSelfTest } = await import('../../work/self-test.ts');
    return performSelfTest(names, options, ctx);
  }
  const stray = (['repeat', 'plant', 'python'] as const).find((name) => options[name] !== undefined);
  if (stray !== undefined) {
    throw new UserError({
      code: 'cli/self-test-only',
      message: `--${stray} goes with --self-test`,
      hint: 'for example: forkwright bench --self-test --checkout DIR --repeat 10 --plant 2,5,10',
    });
  }
  const { performRun, resumeRun } = await import('../../work/run.ts');
  const [first = '', ...more] = names;
  const isRun =
    more.length === 0 && (await stat(path.join(first, 'request.json')).catch(() => undefined)) !== undefined;
  const stages = ['build', 'growth', 'memory', 'instructions', 'speed'] as const;
  if (isRun && typed.length > 0) {
    throw new UserError({
      code: 'cli/run-has-settings',
      message: `${typed.join(', ')}: a run is measured with the settings that it was started with`,
      place: { file: path.join(first, 'request.json') },
      hint: 'leave them out, or start another: forkwright bench RECIPE --checkout DIR … (its builds come from the store)',
    });
  }
  if (isRun) return resumeRun([], first, options.recipesDir, ctx, stages, options.history);
  return performRun(names, options, stages, ctx);
}
