import type { Command } from 'commander';
import { type OptionTable, option, positiveInteger, type ValuesOf } from '../../work/options.ts';
import { RECIPE_OPTIONS, type RecipeOptions } from '../../work/run-options.ts';
import { type CommandContext, execute, type Outcome, shownOn } from '../frame.ts';
import { type SharedOptions, STRIP_OPTION, withShared } from '../options.ts';
import { deliver, formatOption, OUTPUT_OPTION } from '../output.ts';

const OPTIONS = {
  against: option(
    '--against <patch>',
    'what changed since: an older patch, or a folder of them; exit code 1 if in substance',
  ),
  ref: option('--ref <ref>', 'on a ref of the checkout’s repository; given twice: how the two differ', { list: true }),
  series: option('--series', 'compare two series: OLD and NEW are folders of patches, or mails in one file'),
  check: option('--check', 'of patch files: are they what their recipes yield on the checkout now? Exit code 1 if not'),
  strip: { ...STRIP_OPTION, text: `of patch files: ${STRIP_OPTION.text}` },
  verify: option('--verify', 'also compile the touched files as release, as debug, and under each #if that is touched'),
  run: option('--run <dir>', 'the run that measured this very patch: tests, bytes, instructions at the top'),
  ...formatOption('terminal', 'markdown', 'html', 'json', 'sarif', 'rdjson', 'github', 'range-diff'),
  layout: option('--layout <layout>', 'on the terminal: side by side when it is wide enough, or always so', {
    choices: ['auto', 'unified', 'side-by-side'],
    otherwise: 'auto',
  }),
  limit: option('--limit <n>', 'characters that the markdown may have (default: 65536, GitHub’s comments)', {
    parse: positiveInteger,
  }),
  ...OUTPUT_OPTION,
} as const satisfies OptionTable;

type Options = SharedOptions & RecipeOptions & ValuesOf<typeof OPTIONS>;

export function register(program: Command): void {
  withShared(
    program
      .command('review')
      .summary('read a change before it is let in')
      .description(
        'Show a patch to its reviewer: each hunk with the edit that made it and why, what was verified, what else in the tree it concerns; or what changed since the last review. Of recipes on a checkout, or of patch files.',
      )
      .argument('<what...>', 'recipes; or patch files, folders of patches, - for standard input'),
    RECIPE_OPTIONS,
    OPTIONS,
  )
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright review remove-zombieframe -C ../cpython | less -R
  $ forkwright review remove-zombieframe -C ../cpython --format html -o review.html
  $ forkwright review remove-zombieframe -C ../cpython --ref v3.8.0 --ref v3.9.0
  $ forkwright review remove-zombieframe -C ../cpython --against patches/3.9/remove-zombieframe.patch
  $ forkwright review mine.patch -C ../cpython
  $ forkwright review patches/3.9 --check -C ../cpython
  $ forkwright review --series patches-before patches-now`,
    )
    .action((names: string[], options: Options, command: Command) =>
      execute('review', options, (ctx) =>
        review(names, options, command.getOptionValueSource('checkout') === 'cli', ctx),
      ),
    );
}

async function review(
  names: readonly string[],
  options: Options,
  checkoutGiven: boolean,
  ctx: CommandContext,
): Promise<Outcome> {
  const { makeReview } = await import('../../work/review/make.ts');
  const { review, exitCode } = await makeReview(names, { ...options, checkoutGiven }, ctx);
  const { renderReview } = await import('../../review/render.ts');
  const { reviewJson } = await import('../../review/formats/json.ts');
  const text = await renderReview(review, options.format, { ...options, ...shownOn(ctx) });
  const data = reviewJson(review);
  if (options.output === undefined || options.output === '-') return { exitCode, data, text };
  return deliver({ exitCode, data: { review: data }, text }, options.output, ctx);
}
