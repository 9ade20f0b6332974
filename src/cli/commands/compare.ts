import { UserError } from '../../system/diagnostic.ts';
import { RUN_OPTIONS } from '../../work/run-options.ts';
import { command } from '../frame.ts';

const { head: _, upstream: __, dirty: ___, portFrom: ____, ...OPTIONS } = RUN_OPTIONS;

export const register = command({
  name: 'compare',
  summary: 'any CPythons, two or more: releases, trees, branches, settings',
  description:
    'Build and measure CPythons as run does, the first as the baseline of all others. A side is a ref of the checkout, a folder or a version, with changes and settings behind it: PLACE[+CHANGE…][,SETTING…]. Without a place it is the checkout.',
  args: { '<side...>': 'two sides or more: v3.13.5 v3.13.15; or ,-O2 ,-O3 ,pgo; or main my-branch+fix.patch' },
  options: OPTIONS,
  help: `
Settings: --OPTION of configure, compiler flags (-O3), LDFLAGS=…, pgo, lto, debug;
when it runs: NAME=VALUE of the environment (PYTHON_JIT=1), -X OPTION.

Examples:
  $ forkwright compare 3.13 ../my-fork --quick
  $ forkwright compare v3.13.5 v3.13.15 -C ../cpython
  $ forkwright compare ,-O2 ,-O3 ,-Os -C ../cpython
  $ forkwright compare 3.13 3.13+my.patch,--disable-gil`,
  async run([a, b, ...more], options, ctx) {
    const { performComparison } = await import('../../work/compare.ts');
    const { settingsGates } = await import('../../run/gates/index.ts');
    const { ALL_STAGES } = await import('../../run/stages/list.ts');
    const { manyOutcome, runOutcome } = await import('../outcomes.ts');
    if (b === undefined) {
      throw new UserError({
        code: 'cli/sides',
        message: 'a comparison has two sides or more, and one is named',
        hint: 'forkwright compare BASELINE OTHER; see forkwright compare --help',
      });
    }
    const gates = options.failOn ?? (await settingsGates(process.cwd()));
    const done = await performComparison([a, b, ...more], options, ALL_STAGES, ctx);
    return 'runs' in done ? manyOutcome(done, ctx, gates) : runOutcome(done, ctx, gates);
  },
});
