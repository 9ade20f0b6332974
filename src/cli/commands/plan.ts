import { UserError } from '../../system/diagnostic.ts';
import { BadValue, counted, option, repeatable } from '../../work/options.ts';
import { RUN_OPTIONS, RUNS_DIR } from '../../work/run-options.ts';
import { command } from '../frame.ts';
import { formatOption } from '../output.ts';

export const register = command({
  name: 'plan',
  summary: 'a job matrix for many machines: recipes × checkouts × targets',
  description:
    'Print the cells of a matrix as jobs for a CI, each with the exact arguments of its forkwright run; those that share a baseline beside each other, so that it is built once. What is known without building (drift, what is not applicable) is told and not run. The options of run go to every cell.',
  args: { '[recipe...]': 'recipes, by name or file, a cell each; a+b is one cell with both, in this order' },
  options: {
    ...RUN_OPTIONS,
    checkout: repeatable('-C, --checkout <dir>', 'a CPython source tree; repeatable (default: ".")'),
    ref: repeatable('--ref <ref>', "of the checkouts' repositories: tags, branches, commits; globs too; repeatable"),
    ...formatOption('terminal', 'github', 'gitlab', 'json'),
    from: option('--from <file>', 'a plan that --format json wrote, instead of making one'),
    chunk: counted('--chunk <n>', 'of a plan with more jobs than a CI’s matrix may have: this part'),
    runs: option('--runs <dir>', 'run folders to estimate from, beside --history, which is only read here', {
      otherwise: RUNS_DIR as string,
    }),
    machines: { ...counted('--machines <n>', 'jobs that run at once, for the estimate'), otherwise: 20 },
    price: option('--price <amount>', 'of a machine’s minute, for the estimate', { parse: price }),
  },
  help: `
Examples:
  $ forkwright plan remove-zombieframe data-stack-chunk -C ../cpython --ref 'v3.[6-9].*' -t host -t linux-arm64 --quick
  $ forkwright plan remove-zombieframe -C . --ref v2.7.18 --format json > plan.json
  $ forkwright plan --from plan.json --format github >> "$GITHUB_OUTPUT"
  $ forkwright merge artifacts/* --plan plan.json`,
  async run(recipes, options, ctx, given) {
    const { format, from, chunk } = options;
    if (from !== undefined && recipes.length > 0) {
      throw new UserError({
        code: 'cli/plan-from',
        message: '--from takes a plan as it is',
        hint: `leave out ${recipes.join(' ')}, or leave out --from to make a plan`,
      });
    }
    const data =
      from === undefined
        ? await (await import('../../work/plan.ts')).makePlan(recipes, { ...options, given }, ctx)
        : await (await import('../../run/fanout/types.ts')).readPlan(from);
    const texts = {
      github: async () => (await import('../../run/fanout/github.ts')).githubOutput(data, chunk),
      gitlab: async () => (await import('../../run/fanout/gitlab.ts')).gitlabPipeline(data, chunk),
      json: async () => `${JSON.stringify(data, undefined, 1)}\n`,
      terminal: async () => (await import('../plan/text.ts')).planText(data, options, ctx),
    };
    return { exitCode: 0, data, text: await texts[format]() };
  },
});

function price(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new BadValue('expected an amount such as 0.008');
  return Number(text);
}
