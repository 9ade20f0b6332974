import type { Command, Option } from 'commander';
import { type Gate, parseGates, settingsGates } from '../../run/gates/index.ts';
import type { RunRecord } from '../../run/types.ts';
import { type CommandContext, execute, type Outcome, type SharedOptions } from '../frame.ts';
import { type AllOptions, parseTestSet, withBench } from '../run-request.ts';
import { withBuild, withRecipes } from '../shared-run-options.ts';

export type RunOptions = SharedOptions &
  AllOptions & { readonly resume?: string | true; readonly failOn?: readonly Gate[]; readonly ref?: string };

/** What is measured where nothing is left out. */
export const ALL_STAGES = ['build', 'tests', 'growth', 'memory', 'instructions', 'speed'] as const;

export function register(program: Command): void {
  const command = program
    .command('run')
    .summary('the main job: patch, build both, test, measure, report')
    .description(
      'Generate the patch for a checkout, build it without and with, run CPython’s own tests and pybench on both, and report.',
    )
    .argument('[recipe...]', 'recipes, by name or file, applied in this order');
  withRef(withRunOptions(command))
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

/** All options of `run` that say what is asked for. @param checkout for a command that takes several. */
export function withRunOptions(command: Command, checkout?: Option): Command {
  return withBench(withBuild(withRecipes(command, checkout)))
    .option('--cpython-tests <set>', 'quick, all, none, or names separated by commas (default: quick)', parseTestSet)
    .option(
      '--fail-on <gates>',
      'what is a no: regression>2%, startup-memory>+1k, tests, drift, … (default: gates of forkwright.yml; else build, conditions, drift, tests)',
      (text) => parseGates(text, '--fail-on'),
    );
}

export function withRef(command: Command): Command {
  return command.option(
    '--ref <ref>',
    'a tag, branch or commit of the checkout’s repository; its work tree is not read',
  );
}

async function run(recipes: readonly string[], options: RunOptions, ctx: CommandContext): Promise<Outcome> {
  const { performRun, resumeRun } = await import('../../work/run.ts');
  // Before the work: gates that cannot be read are not found out after it.
  const gates = options.failOn ?? (await settingsGates(process.cwd()));
  const outcome =
    options.resume === undefined
      ? await performRun(recipes, await atRef(options, ctx), ALL_STAGES, ctx)
      : await resumeRun(recipes, options.resume, options.recipesDir, ctx, undefined, options.history);
  if (gates.length === 0) return outcome;
  const { gateLines, judged } = await import('../../work/gates.ts');
  const data = outcome.data as { readonly record: RunRecord };
  const { results, exitCode } = judged(data.record, gates);
  return { exitCode, data: { ...data, gates: results }, text: `${outcome.text}${gateLines(results).join('\n')}\n` };
}

/** With the tree of `--ref` as the checkout. */
export async function atRef(options: RunOptions, ctx: CommandContext): Promise<RunOptions> {
  if (options.ref === undefined) return options;
  const { checkoutAtRef } = await import('../../checkout/source/at-ref.ts');
  return { ...options, checkout: await checkoutAtRef(options.checkout, options.ref, ctx) };
}
