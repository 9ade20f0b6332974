import { BUILD_OPTIONS, CHANGE_OPTIONS, CHANGES_HELP, RECIPE_OPTIONS } from '../../work/run-options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'build',
  summary: 'build baseline and patched, under the same conditions',
  description:
    'Make a change of a checkout and build the interpreter without and with it. A repeated build is found in the store.',
  args: { '[change...]': CHANGES_HELP },
  options: { ...RECIPE_OPTIONS, ...CHANGE_OPTIONS, ...BUILD_OPTIONS },
  help: '\nExample:\n  $ forkwright build remove-zombieframe --checkout ../cpython --target host',
  async run(names, options, ctx) {
    const { performRun } = await import('../../work/run.ts');
    const { runOutcome } = await import('../outcomes.ts');
    return runOutcome(await performRun(names, options, ['build'], ctx), ctx);
  },
});
