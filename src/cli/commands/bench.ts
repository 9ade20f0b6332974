import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type CommandContext, execute, type Outcome, type SharedOptions } from '../frame.ts';
import { type AllOptions, withBench } from '../run-request.ts';
import { withBuild, withRecipes } from '../shared-run-options.ts';

type BenchOptions = SharedOptions & AllOptions;

export function register(program: Command): void {
  const command = program
    .command('bench')
    .summary('measure: pybench on both builds, memory growth')
    .description(
      'Build what is not built yet and measure baseline and patched; or measure (again, or further) in a run’s folder.',
    )
    .argument('<run-or-recipe...>', 'one run folder, or recipes');
  withBench(withBuild(withRecipes(command)))
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright bench remove-zombieframe --checkout ../cpython --pairs 32
  $ forkwright bench forkwright-runs/2026-11-22-remove-zombieframe`,
    )
    .action((names: string[], options: BenchOptions) => execute('bench', options, (ctx) => bench(names, options, ctx)));
}

async function bench(names: readonly string[], options: BenchOptions, ctx: CommandContext): Promise<Outcome> {
  const { performRun, resumeRun } = await import('../perform-run.ts');
  const [first = '', ...more] = names;
  const isRun =
    more.length === 0 && (await stat(path.join(first, 'request.json')).catch(() => undefined)) !== undefined;
  if (isRun) return resumeRun([], first, options.recipesDir, ctx, ['build', 'growth', 'instructions', 'speed']);
  return performRun(names, options, ['build', 'growth', 'instructions', 'speed'], ctx);
}
