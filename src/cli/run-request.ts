import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { benchSettings } from '../bench/settings.ts';
import { claimRunFolder, newRunFolder, type RunFolder, saveRequest } from '../run/folder.ts';
import type { RunRequest, StageName } from '../run/request.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { defaultTarget } from '../targets/descriptors.ts';
import { detectLauncher } from '../targets/launcher.ts';
import { positiveInteger } from './frame.ts';
import {
  type BuildCliOptions,
  collect,
  paramsOf,
  type RecipeOptions,
  refuseStrayParams,
  runnersOf,
} from './shared-run-options.ts';

/** Where runs are kept when `--out` does not say. */
export const RUNS_DIR = 'forkwright-runs';

/** Options of the commands that measure. */
export function withBench(command: Command): Command {
  return command
    .option('--quick', 'fewer blocks a pair, and no instructions: a first answer in minutes')
    .option('--pairs <n>', 'pairs of processes to measure (default: 32)', positiveInteger)
    .option('--seed <n>', 'seed of the order of tests and of the resampling', wholeNumber, 1)
    .option('--tests <regexp>', 'only the tests of pybench whose names match')
    .option(
      '--suite <name>',
      'pybench (default), startup, or a script with “def bench_NAME(loops)” functions; scripts: repeatable',
      collect,
      [],
    )
    .option(
      '--pybench <dir>',
      'the pybench to run on both (default: the checkout’s own, its history’s, or one that was got)',
    )
    .addOption(
      new Option('--instructions <how>', 'count executed instructions (default: auto, with --quick off)').choices([
        'off',
        'auto',
        'callgrind',
        'perf',
      ]),
    )
    .option('--history <file>', 'append a line about this run to a history; see: forkwright history --help')
    .option(
      '--control',
      'also measure the baseline built again and linked in another order: the noise of machine and layout',
    )
    .addOption(
      new Option('--layouts <how>', 'link the objects of each pair in an order of their own, or measure one link')
        .choices(['each-pair', 'one'])
        .default('each-pair'),
    )
    .option(
      '--test-timeout <seconds>',
      'the longest that one block of a test may take (default: 60, with --quick 30)',
      positiveInteger,
    );
}

export interface BenchCliOptions {
  readonly quick?: boolean;
  readonly pairs?: number;
  readonly seed: number;
  readonly tests?: string;
  readonly suite?: readonly string[];
  readonly pybench?: string;
  readonly instructions?: RunRequest['bench']['instructions'];
  readonly control?: boolean;
  readonly layouts?: 'each-pair' | 'one';
  readonly history?: string;
  readonly testTimeout?: number;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** `quick`, `all`, `none`, or names of tests separated by commas. */
export function parseTestSet(text: string): RunRequest['cpythonTests'] {
  if (text === 'quick' || text === 'all' || text === 'none') return text;
  const names = text.split(/[,\s]+/).filter((name) => name !== '');
  if (names.length === 0 || names.some((name) => !/^test_\w+$/.test(name))) {
    throw new InvalidArgumentError('expected quick, all, none, or names such as test_gc,test_sys');
  }
  return names;
}

export type AllOptions = RecipeOptions &
  BuildCliOptions &
  Partial<BenchCliOptions> & { readonly cpythonTests?: RunRequest['cpythonTests'] };

/** The request that the command line means. @throws UserError */
export async function requestFrom(
  recipes: readonly string[],
  options: AllOptions,
  stages: readonly StageName[],
  ctx: Context,
): Promise<RunRequest> {
  if (recipes.length === 0) {
    throw new UserError({
      code: 'cli/no-recipe',
      message: 'name a recipe',
      hint: '`forkwright recipes` lists them; remove-zombieframe is one',
    });
  }
  refuseStrayParams(recipes.map(recipeId), options.param);
  const suite = await suiteFrom(options);
  const targets = options.target.length === 0 ? [defaultTarget()] : [...new Set(options.target)];
  const runners = runnersOf(options.runner, targets);
  return {
    schemaVersion: 1,
    checkout: path.resolve(options.checkout),
    ...(options.include.length === 0 ? {} : { include: [...options.include] }),
    recipes: recipes.map((name) => ({ name, params: paramsOf(recipeId(name), options.param) })),
    targets,
    ...(Object.keys(runners).length === 0 ? {} : { runners }),
    ...(options.sysroot === undefined ? {} : { sysroot: path.resolve(options.sysroot) }),
    stages: [...stages],
    build: {
      pgo: options.pgo ?? false,
      modules: options.modules,
      configure: [...options.configureOption],
      ...(options.cflags === undefined ? {} : { cflags: options.cflags }),
      ...(options.externals ? { externals: true } : {}),
      launcher: options.launcher ?? (await detectLauncher(ctx))?.name ?? 'none',
    },
    cpythonTests: options.cpythonTests ?? 'quick',
    bench: {
      ...benchSettings(options.quick ? 'quick' : 'full', {
        ...(options.pairs === undefined ? {} : { pairs: Math.max(2, options.pairs) }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(options.tests === undefined ? {} : { tests: options.tests }),
        ...(options.testTimeout === undefined ? {} : { testTimeoutMs: options.testTimeout * 1000 }),
      }),
      ...(suite === undefined ? {} : { suite }),
      ...(options.pybench === undefined ? {} : { pybench: path.resolve(options.pybench) }),
      // A minute on two idle cores: too much of the three that a quick answer takes.
      instructions: options.instructions ?? (options.quick || suite !== undefined ? 'off' : 'auto'),
      control: options.control ?? false,
      ...(options.layouts === 'one' ? {} : { layouts: 'each-pair' as const }),
    },
  };
}

/** What `--suite` means. @returns `undefined` for pybench. @throws UserError */
async function suiteFrom({
  suite = [],
  instructions = 'off',
  pybench,
}: AllOptions): Promise<RunRequest['bench']['suite']> {
  const refuse = (message: string, hint: string) =>
    new UserError({ code: 'cli/suite', message: `--suite: ${message}`, hint });
  const [first] = suite;
  if (first === undefined || (first === 'pybench' && suite.length === 1)) return undefined;
  if (suite.length > 1 && suite.some((name) => name === 'pybench' || name === 'startup')) {
    throw refuse('pybench and startup go alone', 'one suite a run: start another for the other');
  }
  if (instructions !== 'off') {
    throw refuse('instructions are counted of pybench only', 'leave out --instructions, or --suite');
  }
  if (pybench !== undefined) throw refuse('--pybench goes with the suite pybench', 'leave out one of them');
  if (first === 'startup') return 'startup';
  const files = suite.map((name) => path.resolve(name));
  for (const [index, file] of files.entries()) {
    const isFile = (await stat(file).catch(() => undefined))?.isFile() ?? false;
    if (isFile && file.endsWith('.py')) continue;
    throw refuse(
      isFile ? `${suite[index]} is not a .py file` : `there is no file ${suite[index]}`,
      'name pybench, startup, or Python files with functions def bench_NAME(loops)',
    );
  }
  const names = files.map((file) => path.basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw refuse(`two files are called ${twice}, and their tests could not be told apart`, 'give them different names');
  }
  return files;
}

/** A recipe's name as parameters are addressed: of a file its base name. */
export function recipeId(nameOrPath: string): string {
  return path.basename(nameOrPath).replace(/\.ya?ml$/, '');
}

/** A fresh run folder with the request in it. */
export async function startFolder(request: RunRequest, out: string | undefined): Promise<RunFolder> {
  const title = request.recipes.map(({ name }) => recipeId(name)).join('+');
  const folder =
    out === undefined
      ? await newRunFolder(path.resolve(RUNS_DIR), title, new Date())
      : await claimRunFolder(path.resolve(out));
  await saveRequest(folder, request);
  return folder;
}
