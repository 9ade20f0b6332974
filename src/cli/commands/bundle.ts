import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { BenchSettings } from '../../bench/types.ts';
import { count } from '../../document/format.ts';
import { latestRunFolder, runFolder } from '../../run/folder.ts';
import { packageVersion } from '../../system/version.ts';
import {
  type CommandContext,
  execute,
  type Outcome,
  positiveInteger,
  type SharedOptions,
  withShared,
} from '../frame.ts';
import { RUNS_DIR } from '../run-request.ts';
import { paragraph } from '../table.ts';

interface BundleOptions extends SharedOptions {
  readonly target: string;
  readonly output?: string;
  readonly pairs?: number;
  readonly seed?: number;
  readonly tests?: string;
  readonly blockMs?: number;
  readonly repeats?: number;
  readonly testTimeout?: number;
  readonly withTestSuites?: boolean;
}

export function register(program: Command): void {
  withShared(
    program
      .command('bundle')
      .summary('pack a run for a machine that cannot be reached')
      .description(
        'Pack both interpreters of a run, their library, the benchmark and a script that measures them by a plan made beforehand, for a console or a board that is not on the network. What comes back is read by import-results.',
      )
      .argument('[run]', 'the run folder (default: the newest in ./forkwright-runs)'),
  )
    .requiredOption('-t, --target <name>', 'which of the run’s targets')
    .option('-o, --output <file>', 'FILE.tar.gz, FILE.zip or a folder (default: forkwright-RUN-TARGET.tar.gz)')
    .option('--pairs <n>', 'pairs of processes to measure (default: as the run was asked)', positiveInteger)
    .option('--seed <n>', 'seed of the order of tests and processes', wholeNumber)
    .option('--tests <regexp>', 'only the tests whose names match')
    .option('--block-ms <ms>', 'how long a block of a test takes: more where the clock is coarse', milliseconds)
    .option('--repeats <n>', 'blocks of a test in each process, at most', positiveInteger)
    .option('--test-timeout <seconds>', 'the longest that one block of a test may take', positiveInteger)
    .option('--with-test-suites', 'with the library’s own tests, which are larger than the rest of it')
    .addHelpText(
      'after',
      `
Examples:
  $ forkwright build remove-zombieframe --checkout ../cpython --target ps3-linux-static
  $ forkwright bundle --target ps3-linux-static --pairs 20
  $ forkwright bundle forkwright-runs/2026-11-22-remove-zombieframe --target ps3-psl1ght -o console.zip
  $ forkwright import-results results.jsonl --run forkwright-runs/2026-11-22-remove-zombieframe`,
    )
    .action((run: string | undefined, options: BundleOptions) =>
      execute('bundle', options, (ctx) => bundle(run, options, ctx)),
    );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!/^[\d.]+$/.test(text) || !(value > 0 && value <= 60_000)) {
    throw new InvalidArgumentError('expected milliseconds, above 0 and at most 60000');
  }
  return value;
}

async function bundle(run: string | undefined, options: BundleOptions, ctx: CommandContext): Promise<Outcome> {
  const { makeBundle } = await import('../../run/bundle/make.ts');
  const folder = run === undefined ? await latestRunFolder(path.resolve(RUNS_DIR)) : runFolder(run);
  const { target, output, withTestSuites = false } = options;
  const forkwright = packageVersion();
  const made = await makeBundle({
    ...{ folder, target, output, forkwright, ctx },
    settings: settingsOf(options),
    withTests: withTestSuites,
  });
  const shown = path.relative(process.cwd(), made.file);
  const inside = path.relative(process.cwd(), folder.dir);
  const { pairs, tests, settings } = made.plan;
  const lines = [
    `${shown.startsWith('..') ? made.file : shown}: ${made.files} files, ${(made.bytes / 2 ** 20).toFixed(1)} MiB unpacked; ${count(pairs.length, 'pair')}, ${count(tests.length, 'test')}, seed ${settings.seed}`,
    ...made.remarks.map((remark) => paragraph(remark, ctx.terminal.width)),
    `Its README.txt says what to do there. Back here: forkwright import-results results.jsonl --run ${inside.startsWith('..') ? folder.dir : inside}`,
  ];
  const { file, planSha256, files, bytes, remarks } = made;
  return {
    exitCode: 0,
    data: { file, planSha256, files, bytes, remarks, plan: made.plan },
    text: `${lines.join('\n')}\n`,
  };
}

function settingsOf({ pairs, seed, tests, blockMs, repeats, testTimeout }: BundleOptions): Partial<BenchSettings> {
  return {
    ...(pairs === undefined ? {} : { pairs }),
    ...(seed === undefined ? {} : { seed }),
    ...(tests === undefined ? {} : { tests }),
    ...(blockMs === undefined ? {} : { blockMs }),
    ...(repeats === undefined ? {} : { repeats }),
    ...(testTimeout === undefined ? {} : { testTimeoutMs: testTimeout * 1000 }),
  };
}
