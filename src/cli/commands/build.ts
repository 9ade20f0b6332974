import { BUILD_OPTIONS, RECIPE_OPTIONS } from '../../work/run-options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'build',
  summary: 'build baseline and patched, under the same conditions',
  description:
    'Generate the patch for a checkout and build the interpreter without and with it. A repeated build is found in the store.',
  args: { '<recipe...>': 'recipes, by name or file, applied in this order' },
  options: { ...RECIPE_OPTIONS, ...BUILD_OPTIONS },
  help: '\nExample:\n  $ forkwright build remove-zombieframe --checkout ../cpython --target host',
  async run(recipes, options, ctx) {
    const { performRun } = await import('../../work/run.ts');
    const { runOutcome } = await import('../outcomes.ts');
    return runOutcome(await performRun(recipes, options, ['build'], ctx), ctx);
  },
});
