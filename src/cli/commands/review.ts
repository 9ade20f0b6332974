import path from 'node:path';
import { type Command, Option } from 'commander';
import { REVIEW_FORMATS, type RenderOptions, type ReviewFormat } from '../../review/render.ts';
import { UserError } from '../../system/diagnostic.ts';
import { writeFileAtomic } from '../../system/files.ts';
import { type CommandContext, execute, type Outcome, positiveInteger, type SharedOptions } from '../frame.ts';
import { collect, type RecipeOptions, withRecipes } from '../shared-run-options.ts';

export interface ReviewOptions extends SharedOptions, RecipeOptions, RenderOptions {
  /** A checkout was named: the one of patch files cannot be taken for the folder that the user is in. */
  readonly checkoutGiven: boolean;
  readonly ref: readonly string[];
  readonly against?: string;
  readonly series?: boolean;
  readonly check?: boolean;
  readonly verify?: boolean;
  readonly run?: string;
  readonly format: ReviewFormat;
  readonly output?: string;
}

export function register(program: Command): void {
  withRecipes(
    program
      .command('review')
      .summary('read a change before it is let in')
      .description(
        'Show a patch to its reviewer: each hunk with the edit that made it and why, what was verified, what else in the tree it concerns; or what changed since the last review. Of recipes on a checkout, or of patch files.',
      )
      .argument('<what...>', 'recipes; or patch files, folders of patches, - for standard input'),
  )
    .option('--against <patch>', 'what changed since: an older patch, or a folder of them; exit code 1 if in substance')
    .option('--ref <ref>', 'on a ref of the checkout’s repository; given twice: how the two differ', collect, [])
    .option('--series', 'compare two series: OLD and NEW are folders of patches, or mails in one file')
    .option('--check', 'of patch files: are they what their recipes yield on the checkout now? Exit code 1 if not')
    .option('--verify', 'also compile the touched files as release, as debug, and under each #if that is touched')
    .option('--run <dir>', 'the run that measured this very patch: tests, bytes, instructions at the top')
    .addOption(new Option('-f, --format <format>', 'how').choices([...REVIEW_FORMATS]).default('terminal'))
    .addOption(
      new Option('--layout <layout>', 'on the terminal: side by side when it is wide enough, or always so')
        .choices(['auto', 'unified', 'side-by-side'])
        .default('auto'),
    )
    .option('--limit <n>', 'characters that the markdown may have (default: 65536, GitHub’s comments)', positiveInteger)
    .option('-o, --output <file>', 'write to a file')
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
    .action((names: string[], given: Omit<ReviewOptions, 'checkoutGiven'>, command: Command) => {
      const options = { ...given, checkoutGiven: command.getOptionValueSource('checkout') === 'cli' };
      return execute('review', options, (ctx) => reviewCommand(names, options, ctx));
    });
}

async function reviewCommand(names: readonly string[], options: ReviewOptions, ctx: CommandContext): Promise<Outcome> {
  const { makeReview } = await import('../../work/review/make.ts');
  const { review, exitCode } = await makeReview(names, options, ctx);
  const { renderReview } = await import('../../review/render.ts');
  const { reviewJson } = await import('../../review/formats/json.ts');
  const text = await renderReview(review, options.format, options, ctx);
  const data = reviewJson(review);
  if (options.output === undefined || options.output === '-') return { exitCode, data, text };
  await writeFileAtomic(path.resolve(options.output), text);
  return { exitCode, data: { review: data, file: path.resolve(options.output) }, text: `wrote ${options.output}` };
}

/** @throws UserError (exit code 2) for options that mean nothing beside one another. */
export function refuseTogether(options: ReviewOptions, one: string, others: readonly (keyof ReviewOptions)[]): void {
  const given = others.filter((name) => {
    const value = options[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  if (given.length === 0) return;
  throw new UserError({
    code: 'cli/usage',
    message: `${given.map((name) => `--${name}`).join(' and ')} and ${one} do not go together`,
    hint: 'see `forkwright review --help`',
  });
}
