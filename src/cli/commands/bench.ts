import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { option, type WrittenOption } from '../../work/options.ts';
import {
  BENCH_OPTIONS,
  BUILD_OPTIONS,
  CHANGE_OPTIONS,
  INTERPRETER_OPTIONS,
  type InterpreterOptions,
  RECIPE_OPTIONS,
  type RunOptions,
  SELF_TEST_OPTIONS,
  type SelfTestOptions,
} from '../../work/run-options.ts';
import { type CommandContext, command, type Outcome } from '../frame.ts';

export const register = command({
  name: 'bench',
  summary: 'measure: pybench on both builds, memory growth; or the measuring itself',
  description:
    'Build what is not built yet and measure baseline and patched; or measure (again, or further) in a run’s folder. With --self-test, measure an interpreter against itself: what is called changed then is a false alarm.',
  args: { '[run-or-change...]': 'one run folder, or changes as with run; with --self-test a run folder or none' },
  options: {
    ...RECIPE_OPTIONS,
    ...CHANGE_OPTIONS,
    ...BUILD_OPTIONS,
    ...BENCH_OPTIONS,
    selfTest: option('--self-test', 'measure the measuring: a baseline against itself'),
    ...SELF_TEST_OPTIONS,
    ...INTERPRETER_OPTIONS,
  },
  help: `
Examples:
  $ forkwright bench remove-zombieframe --checkout ../cpython --pairs 32
  $ forkwright bench forkwright-runs/2026-11-22-remove-zombieframe
  $ forkwright bench remove-zombieframe --checkout ../cpython --suite startup
  $ forkwright bench remove-zombieframe --checkout ../cpython --suite mine.py
  $ forkwright bench remove-zombieframe --checkout ../cpython --suite pyperformance:regex,nbody
  $ forkwright bench --baseline /usr/bin/python3.13 --patched ~/python/bin/python3
  $ forkwright bench --self-test --checkout ../cpython --quick --plant 2,5,10
  $ forkwright bench --self-test --python /usr/bin/python3 --repeat 10`,
  run: (names, options, ctx, typed) => (options.selfTest ? selfTest : bench)(names, options, ctx, typed),
});

/** What still can be said when a run's folder is measured: how it is shown, and where its line goes. */
const FREE = new Set(['json', 'quiet', 'verbose', 'cache', 'jobs', 'history', 'recipes-dir', 'self-test']);

async function bench(
  names: readonly string[],
  options: RunOptions & SelfTestOptions & InterpreterOptions,
  ctx: CommandContext,
  typed: readonly WrittenOption[],
): Promise<Outcome> {
  const stray = (['repeat', 'copies', 'plant', 'python'] as const).find((name) => options[name] !== undefined);
  if (stray !== undefined) {
    throw new UserError({
      code: 'cli/self-test-only',
      message: `--${stray} goes with --self-test`,
      hint: 'for example: forkwright bench --self-test --checkout DIR --repeat 10 --plant 2,5,10',
    });
  }
  if (options.baseline !== undefined || options.patched !== undefined) {
    const { performInterpreters } = await import('../../work/compare.ts');
    const { BENCH_STAGES } = await import('../../run/stages/list.ts');
    const { runOutcome } = await import('../outcomes.ts');
    return runOutcome(await performInterpreters(names, options, BENCH_STAGES, ctx), ctx);
  }
  const { performRun, resumeRun } = await import('../../work/run.ts');
  const { BENCH_STAGES } = await import('../../run/stages/list.ts');
  const { runOutcome } = await import('../outcomes.ts');
  const [first = '', ...more] = names;
  const request = path.join(first, 'request.json');
  if (more.length > 0 || !existsSync(request)) {
    return runOutcome(await performRun(names, options, BENCH_STAGES, ctx), ctx);
  }
  const fixed = new Set(typed.filter(({ name }) => !FREE.has(name)).map(({ name }) => `--${name}`));
  if (fixed.size > 0) {
    throw new UserError({
      code: 'cli/run-has-settings',
      message: `${[...fixed].join(', ')}: a run is measured with the settings that it was started with`,
      place: { file: request },
      hint: 'leave them out, or start another: forkwright bench RECIPE --checkout DIR … (its builds come from the store)',
    });
  }
  return runOutcome(await resumeRun(first, options, BENCH_STAGES, ctx), ctx);
}

async function selfTest(
  names: readonly string[],
  options: RunOptions & SelfTestOptions,
  ctx: CommandContext,
): Promise<Outcome> {
  const { performSelfTest } = await import('../../work/self-test.ts');
  const { brokenPromises } = await import('../../run/self-test-record.ts');
  const { selfTestView } = await import('../../report/views/self-test.ts');
  const { viewOutcome } = await import('../outcomes.ts');
  const done = await performSelfTest(names, options, ctx);
  return viewOutcome(done, selfTestView(done.record), brokenPromises(done.record).length === 0 ? 0 : 1, ctx);
}
