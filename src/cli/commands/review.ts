import { counted, option, repeatable } from '../../work/options.ts';
import { RECIPE_OPTIONS, REGENERATE_OPTION, STRIP_OPTION } from '../../work/run-options.ts';
import { command, shownOn } from '../frame.ts';
import { VERIFY_OPTION } from '../options.ts';
import { deliver, formatOption, OUTPUT_OPTION } from '../output.ts';

export const register = command({
  name: 'review',
  summary: 'read a change before it is let in',
  description:
    'Show a patch to its reviewer: each hunk with the edit that made it and why, what was verified, what else in the tree it concerns; or what changed since the last review. Of recipes on a checkout, or of patch files.',
  args: { '<what...>': 'recipes; or patch files, folders of patches, - for standard input' },
  options: {
    ...RECIPE_OPTIONS,
    ...REGENERATE_OPTION,
    against: option(
      '--against <patch>',
      'what changed since: an older patch, or a folder of them; exit code 1 if in substance',
    ),
    ref: repeatable('--ref <ref>', 'on a ref of the checkout’s repository; given twice: how the two differ'),
    series: option('--series', 'compare two series: OLD and NEW are folders of patches, or mails in one file'),
    check: option(
      '--check',
      'of patch files: are they what their recipes yield on the checkout now? Exit code 1 if not',
    ),
    strip: { ...STRIP_OPTION, text: `of patch files: ${STRIP_OPTION.text}` },
    ...VERIFY_OPTION,
    run: option('--run <dir>', 'the run that measured this very patch: tests, bytes, instructions at the top'),
    ...formatOption('terminal', 'markdown', 'html', 'json', 'sarif', 'rdjson', 'github', 'range-diff'),
    layout: option('--layout <layout>', 'on the terminal: side by side when it is wide enough, or always so', {
      choices: ['auto', 'unified', 'side-by-side'],
      otherwise: 'auto',
    }),
    limit: counted('--limit <n>', 'characters that the markdown may have (default: 65536, GitHub’s comments)'),
    ...OUTPUT_OPTION,
  },
  help: `
Examples:
  $ forkwright review remove-zombieframe -C ../cpython | less -R
  $ forkwright review remove-zombieframe -C ../cpython --format html -o review.html
  $ forkwright review remove-zombieframe -C ../cpython --ref v3.8.0 --ref v3.9.0
  $ forkwright review remove-zombieframe -C ../cpython --against patches/3.9/remove-zombieframe.patch
  $ forkwright review mine.patch -C ../cpython
  $ forkwright review patches/3.9 --check -C ../cpython
  $ forkwright review --series patches-before patches-now`,
  async run(names, options, ctx, typed) {
    const { makeReview } = await import('../../work/review/make.ts');
    const checkoutGiven = typed.some(({ name }) => name === 'checkout');
    const { checkoutNamed } = await import('../../work/checkout-named.ts');
    const checkout = checkoutGiven ? await checkoutNamed(options.checkout, ctx) : options.checkout;
    const { review, exitCode } = await makeReview(names, { ...options, checkout, checkoutGiven }, ctx);
    const { renderReview, reviewJson } = await import('../../review/render.ts');
    const text = await renderReview(review, options.format, { ...options, ...shownOn(ctx) });
    const data = reviewJson(review);
    if (options.output === undefined || options.output === '-') return { exitCode, data, text };
    return deliver({ exitCode, data: { review: data }, text }, options.output, ctx);
  },
});
