import path from 'node:path';
import { packageVersion } from '../../system/assets.ts';
import { shownPath } from '../../system/paths.ts';
import { BadValue, counted, given, option, wholeNumber } from '../../work/options.ts';
import { RUNS_DIR } from '../../work/run-options.ts';
import { command } from '../frame.ts';

export const register = command({
  name: 'bundle',
  summary: 'pack a run for a machine that cannot be reached',
  description:
    'Pack both interpreters of a run, their library, the benchmark and a script that measures them by a plan made beforehand, for a console or a board that is not on the network. What comes back is read by import-results.',
  args: { '[run]': 'the run folder (default: the newest in ./forkwright-runs)' },
  options: {
    target: option('-t, --target <name>', 'which of the run’s targets', { required: true }),
    output: option('-o, --output <file>', 'FILE.tar.gz, FILE.zip or a folder (default: forkwright-RUN-TARGET.tar.gz)'),
    pairs: counted('--pairs <n>', 'pairs of processes to measure (default: as the run was asked)'),
    seed: option('--seed <n>', 'seed of the order of tests and processes', { parse: wholeNumber }),
    tests: option('--tests <regexp>', 'only the tests whose names match'),
    blockMs: option('--block-ms <ms>', 'how long a block of a test takes: more where the clock is coarse', {
      parse: milliseconds,
    }),
    repeats: counted('--repeats <n>', 'blocks of a test in each process, at most'),
    testTimeout: counted('--test-timeout <seconds>', 'the longest that one block of a test may take'),
    withTestSuites: option('--with-test-suites', 'with the library’s own tests, which are larger than the rest of it'),
  },
  help: `
Examples:
  $ forkwright build remove-zombieframe --checkout ../cpython --target ps3-linux-static
  $ forkwright bundle --target ps3-linux-static --pairs 20
  $ forkwright bundle forkwright-runs/2026-11-22-remove-zombieframe --target ps3-psl1ght -o console.zip
  $ forkwright import-results results.jsonl --run forkwright-runs/2026-11-22-remove-zombieframe`,
  async run([run], options, ctx) {
    const { latestRunFolder, runFolder } = await import('../../run/folder.ts');
    const { makeBundle } = await import('../../run/bundle/make.ts');
    const { count } = await import('../../document/format.ts');
    const { paragraph } = await import('../../document/terminal/style.ts');
    const { target, output, withTestSuites = false, testTimeout, pairs, seed, tests, blockMs, repeats } = options;
    const folder = run === undefined ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(run);
    const { file, planSha256, files, bytes, remarks, plan } = await makeBundle({
      ...{ folder, target, output, forkwright: packageVersion(), ctx },
      settings: given({ pairs, seed, tests, blockMs, repeats, testTimeoutMs: testTimeout && testTimeout * 1000 }),
      withTests: withTestSuites,
    });
    const lines = [
      `${shownPath(file)}: ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB unpacked; ${count(plan.pairs.length, 'pair')}, ${count(plan.tests.length, 'test')}, seed ${plan.settings.seed}`,
      ...remarks.map((remark) => paragraph(remark, ctx.terminal.width)),
      `Its README.txt says what to do there. Back here: forkwright import-results results.jsonl --run ${shownPath(folder.dir)}`,
    ];
    const data = { file, planSha256, files, bytes, remarks, plan };
    return { exitCode: 0, data, text: `${lines.join('\n')}\n` };
  },
});

function milliseconds(text: string): number {
  const value = Number(text);
  if (!/^[\d.]+$/.test(text) || !(value > 0 && value <= 60_000)) {
    throw new BadValue('expected milliseconds, above 0 and at most 60000');
  }
  return value;
}
