import path from 'node:path';
import { benchSettings } from '../bench/settings.ts';
import { readSuite } from '../bench/suites/list.ts';
import type { BenchSettings } from '../bench/types.ts';
import { claimRunFolder, newRunFolder, type RunFolder } from '../run/folder.ts';
import type { RunRequest, StageName } from '../run/request.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { isFile } from '../system/files.ts';
import { defaultTarget } from '../targets/descriptors.ts';
import { type DriverOption, factsOf } from '../targets/drivers.ts';
import { detectLauncher } from '../targets/launcher.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import { given } from './options.ts';
import { type BuildOptions, RUNS_DIR, type RunOptions } from './run-options.ts';

export interface WorkContext extends Context {
  /** How it was asked for, for whoever wants to do it again: it stands in the record. */
  readonly commandLine: readonly string[];
}

/** The request that the options mean. @param changes `sides`: they have their own. @throws UserError */
export async function requestFrom(
  changes: RunRequest['changes'] | 'sides',
  options: RunOptions,
  stages: readonly StageName[],
  ctx: Context,
): Promise<RunRequest> {
  if (changes.length === 0) {
    throw new UserError({
      code: 'cli/no-recipe',
      message: 'name a change: a recipe, a patch, commits (BASE..HEAD)',
      hint: '`forkwright recipes` lists the recipes; remove-zombieframe is one',
    });
  }
  const suite = await readSuite(options.suite ?? [], options);
  const workload = await workloadFrom(options);
  const targets = options.target.length === 0 ? [defaultTarget()] : [...new Set(options.target)];
  const runners = runnersOf(options.runner, targets);
  return {
    schemaVersion: 1,
    checkout: path.resolve(options.checkout),
    ...(options.include.length === 0 ? {} : { include: [...options.include] }),
    changes: changes === 'sides' ? [] : changes,
    targets,
    ...(Object.keys(runners).length === 0 ? {} : { runners }),
    ...(options.sysroot === undefined ? {} : { sysroot: path.resolve(options.sysroot) }),
    stages: [...stages],
    build: { ...(await buildOptions(options, ctx)), ...(options.externals ? { externals: true } : {}) },
    cpythonTests: options.cpythonTests ?? 'quick',
    ...(workload === undefined ? {} : { workload }),
    bench: {
      ...settingsFrom(options),
      ...(suite === undefined ? {} : { suite }),
      ...(options.pybench === undefined ? {} : { pybench: path.resolve(options.pybench) }),
      ...(options.pyperformance === undefined ? {} : { pyperformance: path.resolve(options.pyperformance) }),
      // A minute on two idle cores: too much of the three that a quick answer takes.
      instructions: options.instructions ?? (options.quick || suite !== undefined ? 'off' : 'auto'),
      control: options.control ?? false,
      ...(options.layouts === 'one' ? {} : { layouts: 'each-pair' as const }),
    },
  };
}

/** @throws UserError for a program that is not there, or none of Python's. */
async function workloadFrom({ workload, workers }: RunOptions): Promise<RunRequest['workload']> {
  if (workload === undefined) {
    if (workers === undefined) return undefined;
    throw new UserError({
      code: 'cli/workers',
      message: '--workers goes with --workload',
      hint: 'for example: --workload app.py --workers 4',
    });
  }
  const [first = '', ...rest] = /^python[\d.]*$/.test(workload[0] ?? '') ? workload.slice(1) : workload;
  const program = path.resolve(first);
  if (first.startsWith('-') || !(await isFile(program))) {
    throw new UserError({
      code: 'cli/workload',
      message: `--workload: ${first === '' ? 'no program is named' : `${first} is no file`}`,
      hint: 'name a Python file and its arguments; it is run by the built interpreters',
    });
  }
  return { program, args: rest, folder: path.resolve('.'), workers: workers ?? 0 };
}

export async function buildOptions(
  options: BuildOptions,
  ctx: Context,
): Promise<Omit<RunRequest['build'], 'externals'>> {
  return {
    pgo: options.pgo ?? false,
    modules: options.modules,
    configure: [...options.configureOption],
    ...(options.cflags === undefined ? {} : { cflags: options.cflags }),
    launcher: options.launcher ?? (await detectLauncher(ctx))?.name ?? 'none',
  };
}

export function settingsFrom({ quick, pairs, seed, tests, testTimeout }: RunOptions): BenchSettings {
  const testTimeoutMs = testTimeout && testTimeout * 1000;
  const own = given({ pairs: pairs && Math.max(2, pairs), seed, tests, testTimeoutMs });
  return benchSettings(quick ? 'quick' : 'full', own);
}

/**
 * Where `--runner` says that targets' interpreters run, by the targets' names.
 * @throws UserError for one that belongs to no target, or to which of several is not said.
 */
export function runnersOf(given: readonly string[], targets: readonly string[]): Record<string, string> {
  const refuse = (runner: string, why: string) =>
    new UserError({
      code: 'cli/runner',
      message: `--runner ${runner}: ${why}`,
      hint: `say which target is meant: --runner ${targets.at(-1)}=ssh://user@host/folder`,
    });
  const runners: Record<string, string> = {};
  for (const runner of given) {
    const named = /^([\w.-]+)=(.*)$/s.exec(runner);
    if (named === null && targets.length > 1) throw refuse(runner, `there are ${targets.length} targets`);
    const [name = '', url = ''] = named === null ? [targets[0], runner] : named.slice(1);
    if (!targets.includes(name)) throw refuse(runner, `the target ${name} is not asked for`);
    if (name in runners) throw refuse(runner, `the target ${name} has a runner already`);
    runners[name] = url;
  }
  return runners;
}

/** The folder that was asked for, which must be new or empty, or one of today's below `forkwright-runs`. */
export function freshFolder(out: string | undefined, title: string): Promise<RunFolder> {
  return out === undefined
    ? newRunFolder(path.resolve(RUNS_DIR), title, new Date())
    : claimRunFolder(path.resolve(out));
}

/** @throws UserError for options of the Windows build that none of the targets takes: they would be forgotten in silence. */
export function refuseStrayOptions(
  { sysroot, build: { externals } }: Pick<RunRequest, 'sysroot' | 'build'>,
  targets: readonly Pick<TargetDescriptor, 'driver'>[],
): void {
  const takes = (option: DriverOption) => targets.some((target) => factsOf(target).takes.includes(option));
  if (sysroot !== undefined && !takes('sysroot')) {
    throw new UserError({
      code: 'cli/sysroot',
      message: '--sysroot: none of the targets is built with a Microsoft SDK',
      hint: takes('externals')
        ? 'on Windows, Visual Studio brings its own: leave --sysroot out'
        : 'it goes with --target msvc-x64',
    });
  }
  if (externals && !takes('externals')) {
    throw new UserError({
      code: 'cli/externals',
      message: '--externals: none of the targets is built by CPython’s own script for Windows',
      hint: 'it goes with --target msvc-x64 on a machine with Windows and Visual Studio',
    });
  }
}
