import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { BadValue, option, refuseTogether } from '../../work/options.ts';
import { CHANGES_HELP, INTERPRETER_OPTIONS, REF_OPTION, RUN_OPTIONS, RUNS_DIR } from '../../work/run-options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'run',
  summary: 'the main job: patch, build both, test, measure, report',
  description:
    'Make a change of a checkout, build it without and with, run CPython’s own tests and pybench on both, and report.',
  args: { '[change...]': CHANGES_HELP },
  options: {
    ...RUN_OPTIONS,
    ...REF_OPTION,
    ...INTERPRETER_OPTIONS,
    resume: option('--resume [dir]', 'continue a run that was stopped (default: the newest)'),
    oneAtATime: option(
      '--one-at-a-time',
      'of several parameters with several values: each by itself, not every combination',
    ),
    each: option('--each [how]', 'of several changes: a run of each one, against those before it (default) or alone', {
      parse: eachHow,
    }),
  },
  help: `
Examples:
  $ forkwright run remove-zombieframe --checkout ../cpython --quick
  $ forkwright run remove-zombieframe -C ../cpython -p abi=keep-field --cpython-tests all
  $ forkwright run my.patch debian/patches -C ../cpython --quick
  $ forkwright run main..my-branch -C ../cpython
  $ forkwright run method-cache-size -p exponent=10..13 -C ../cpython --quick
  $ forkwright run method-cache-size frame-freelist -p exponent=8..11 -p limit=0,50 --one-at-a-time -C ../cpython
  $ forkwright run debian/patches --each -C 3.11 --quick
  $ forkwright run --baseline /usr/bin/python3.13 --patched ~/python/bin/python3
  $ forkwright run --resume`,
  async run(names, options, ctx) {
    const { performRun, resumeRun } = await import('../../work/run.ts');
    const { latestRunFolder } = await import('../../run/folder.ts');
    const { settingsGates } = await import('../../run/gates/index.ts');
    const { ALL_STAGES } = await import('../../run/stages/list.ts');
    const { manyOutcome, runOutcome } = await import('../outcomes.ts');
    // Before the work: gates that cannot be read are not found out after it.
    const gates = options.failOn ?? (await settingsGates(process.cwd()));
    if (options.baseline !== undefined || options.patched !== undefined) {
      refuseTogether(options, '--baseline and --patched', ['resume', 'each'], 'run');
      const { performInterpreters } = await import('../../work/compare.ts');
      return runOutcome(await performInterpreters(names, options, ALL_STAGES, ctx), ctx, gates);
    }
    if (options.resume === undefined) {
      const { performSweep, performEach } = await import('../../work/vary.ts');
      const many =
        options.each === undefined
          ? await performSweep(names, options, ALL_STAGES, ctx)
          : await performEach(names, options.each === 'alone', options, ALL_STAGES, ctx);
      if (many !== undefined) return manyOutcome(many, ctx, gates);
      return runOutcome(await performRun(names, options, ALL_STAGES, ctx), ctx, gates);
    }
    if (names.length > 0) {
      throw new UserError({
        code: 'cli/resume-recipes',
        message: 'a run is resumed with the changes that it was started with',
        hint: `leave out ${names.join(' ')}, or start a new run`,
      });
    }
    const { isMany, resumeMany } = await import('../../work/many.ts');
    const dir = options.resume === true ? (await latestRunFolder(path.resolve(RUNS_DIR))).dir : options.resume;
    if (await isMany(dir)) return manyOutcome(await resumeMany(dir, options, ctx), ctx, gates);
    return runOutcome(await resumeRun(dir, options, [], ctx), ctx, gates);
  },
});

function eachHow(text: string): 'before' | 'alone' {
  if (text === 'before' || text === 'alone') return text;
  throw new BadValue('expected before (against those before it) or alone');
}
