import type { Command } from 'commander';
import type { Plan } from '../../run/fanout/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { BadValue, type OptionTable, option, positiveInteger, type ValuesOf } from '../../work/options.ts';
import type { PlanOptions } from '../../work/plan.ts';
import { RUN_OPTIONS, RUNS_DIR } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome } from '../frame.ts';
import { type SharedOptions, watchOptions, withShared } from '../options.ts';
import { formatOption } from '../output.ts';

const CHECKOUTS = option('-C, --checkout <dir>', 'a CPython source tree; repeatable (default: ".")', {
  list: true,
});

const OPTIONS = {
  ref: option('--ref <ref>', "of the checkouts' repositories: tags, branches, commits; globs too; repeatable", {
    list: true,
  }),
  ...formatOption('terminal', 'github', 'gitlab', 'json'),
  from: option('--from <file>', 'a plan that --format json wrote, instead of making one'),
  chunk: option('--chunk <n>', 'of a plan with more jobs than a CI’s matrix may have: this part', {
    parse: positiveInteger,
  }),
  runs: option('--runs <dir>', 'run folders to estimate from, beside --history, which is only read here', {
    otherwise: RUNS_DIR as string,
  }),
  machines: option('--machines <n>', 'jobs that run at once, for the estimate', {
    parse: positiveInteger,
    otherwise: 20,
  }),
  price: option('--price <amount>', 'of a machine’s minute, for the estimate', { parse: price }),
} as const satisfies OptionTable;

type Options = SharedOptions & Omit<PlanOptions, 'given'> & ValuesOf<typeof OPTIONS>;

export function register(program: Command): void {
  const command = program
    .command('plan')
    .summary('a job matrix for many machines: recipes × checkouts × targets')
    .description(
      'Print the cells of a matrix as jobs for a CI, each with the exact arguments of its forkwright run; those that share a baseline beside each other, so that it is built once. What is known without building (drift, what is not applicable) is told and not run. The options of run go to every cell.',
    )
    .argument('[recipe...]', 'recipes, by name or file, a cell each; a+b is one cell with both, in this order');
  withShared(command, { ...RUN_OPTIONS, checkout: CHECKOUTS }, OPTIONS).addHelpText(
    'after',
    `
Examples:
  $ forkwright plan remove-zombieframe data-stack-chunk -C ../cpython --ref 'v3.[6-9].*' -t host -t linux-arm64 --quick
  $ forkwright plan remove-zombieframe -C . --ref v2.7.18 --format json > plan.json
  $ forkwright plan --from plan.json --format github >> "$GITHUB_OUTPUT"
  $ forkwright merge artifacts/* --plan plan.json`,
  );
  const given = watchOptions(command);
  command.action((recipes: string[], options: Options) =>
    execute('plan', options, (ctx) => plan(recipes, options, given, ctx)),
  );
}

function price(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new BadValue('expected an amount such as 0.008');
  return Number(text);
}

async function plan(
  recipes: readonly string[],
  options: Options,
  given: PlanOptions['given'],
  ctx: CommandContext,
): Promise<Outcome> {
  const { makePlan } = await import('../../work/plan.ts');
  const made =
    options.from === undefined
      ? await makePlan(recipes, { ...options, given }, ctx)
      : await read(options.from, recipes);
  return { exitCode: 0, data: made, text: await render(made, options, ctx) };
}

async function read(file: string, recipes: readonly string[]): Promise<Plan> {
  if (recipes.length > 0) {
    throw new UserError({
      code: 'cli/plan-from',
      message: '--from takes a plan as it is',
      hint: `leave out ${recipes.join(' ')}, or leave out --from to make a plan`,
    });
  }
  const { readPlan } = await import('../../run/fanout/read-plan.ts');
  return readPlan(file);
}

async function render(plan: Plan, options: Options, ctx: CommandContext): Promise<string> {
  switch (options.format) {
    case 'github': {
      const { githubOutput } = await import('../../run/fanout/github.ts');
      return githubOutput(plan, options.chunk);
    }
    case 'gitlab': {
      const { gitlabPipeline } = await import('../../run/fanout/gitlab.ts');
      return gitlabPipeline(plan, options.chunk);
    }
    case 'json':
      return `${JSON.stringify(plan, undefined, 1)}\n`;
    case 'terminal': {
      const { planText } = await import('../plan/text.ts');
      return planText(plan, options, ctx);
    }
  }
}
