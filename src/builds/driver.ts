import path from 'node:path';
import { makeTree } from '../checkout/make-tree.ts';
import type { Checkout, PythonVersion } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import type { Step } from '../system/events.ts';
import { isFile, writeFileAtomic, writeJson } from '../system/files.ts';
import { sha256File } from '../system/hash.ts';
import { type ProcessOptions, type ProcessResult, runProcess } from '../system/process.ts';
import { type Runnable, runnerFor, writeWrapper } from '../targets/runner.ts';
import type { Requirement, TargetDescriptor, Toolchain } from '../targets/types.ts';
import { buildFile } from './build-file.ts';
import { toolsOf } from './environment.ts';
import { describeFailure, type LogReading } from './failure.ts';
import type { Layouts } from './layouts.ts';
import { followLog, type LogState } from './log-follow.ts';
import type { Share } from './schedule.ts';
import { newEntry } from './store.ts';
import type { Build, BuildFailure, BuildPlan, BuildRequest, Quirk } from './types.ts';

export interface Planning {
  epoch(checkout: Checkout): Promise<number>;
  toolchain(request: BuildRequest): Promise<Toolchain>;
  /** Of the interpreter for this machine that a build needs. */
  plan(request: BuildRequest): Promise<BuildPlan>;
}

/** The folder of a build, with the logs of the steps that its driver has, as a driver has prepared it. */
export interface Place {
  readonly root: string;
  /** The sources of this variant. */
  readonly src: string;
  readonly logs: Readonly<Record<BuildFailure['step'], string>>;
  /** The environment of its commands, with the folder written out. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Work {
  readonly share: Share;
  /** The interpreter of this machine that the build needs, absolute, where it needs one. */
  readonly buildPython?: string | undefined;
  readonly step: Step;
  /** A finished build whose objects this one may start from. */
  readonly baseline?: Build | undefined;
}

export type Made = Pick<Build, 'obj' | 'python' | 'commands' | 'pyconfigSha256' | 'makefileSha256'> &
  Pick<Build, 'missingModules' | 'linkOrder' | 'configureReused' | 'objectsFrom'> & {
    readonly durationsMs: Omit<Build['durationsMs'], 'tree'>;
  };

export interface Failed {
  readonly step: 'configure' | 'make';
  readonly result: ProcessResult;
  /** Logs beside the steps' own, by name. */
  readonly logs?: Readonly<Record<string, string>>;
}

export interface Way {
  readonly kind: 'visual-studio' | 'sdk' | 'mingw' | 'none';
  /** For people; of `none` why there is none. */
  readonly text: string;
}

/**
 * How CPython is built by one build system. What differs by build system is asked here and nowhere else, but for the few
 * facts in targets/drivers.ts that are needed where nothing is built.
 */
export interface Driver<Prepared extends Place = Place> {
  /** The steps with a log of their own, before the first start. */
  readonly steps: readonly Failed['step'][];
  /** How its logs tell errors. Absent: as make's. */
  readonly reading?: LogReading;
  /** What building for a target and running it needs here, for `doctor`: required things first. */
  requirements(target: TargetDescriptor, ctx: Context): Promise<readonly Requirement[]>;
  /** Which of several ways to the same target is gone here. */
  way?(target: TargetDescriptor, ctx: Context): Promise<Way>;
  /** What is done about a version with a compiler. */
  quirks?(version: PythonVersion, cc: Toolchain['cc']): readonly Quirk[];
  /**
   * Works out command, environment and fingerprint. Makes nothing.
   * @throws UserError when the version cannot be built, a tool is missing, or options are for another driver.
   */
  plan(request: BuildRequest, planning: Planning, ctx: Context): Promise<BuildPlan>;
  /** The key of the build whose objects this one may start from, where that gives the bytes of a whole build. */
  baselineOf?(plan: BuildPlan, ctx: Context): Promise<string | undefined>;
  /** Makes what lies in the build's folder beside the sources, which come afterwards. */
  place(plan: BuildPlan, entry: Omit<Place, 'env'>, work: Work, ctx: Context): Promise<Prepared>;
  /** From the sources to an interpreter. @throws UserError for what is not the variant's fault; Cancelled. */
  make(plan: BuildPlan, place: Prepared, work: Work, ctx: Context): Promise<Made | Failed>;
  /** As `linkLayouts`. */
  layouts(build: Build, seeds: readonly number[], ctx: Context, progress: (done: number) => void): Promise<Layouts>;
}

/**
 * Makes a build at its final place: sources, what the driver does, a first start of the interpreter. `build.json` is
 * written last, so that whatever happens before leaves no hit.
 * @throws UserError for what is not the variant's fault (disk full, a tool that is missing, cache not writable); Cancelled.
 */
export async function makeBuild(
  driver: Driver,
  plan: BuildPlan,
  work: Work,
  ctx: Context,
): Promise<Build | BuildFailure> {
  const { request, toolchain } = plan;
  const { checkout, target } = request;
  const root = await newEntry(plan.key, ctx);
  const log = (name: string) => path.join(root, 'logs', `${name}.log`);
  const logs = { configure: log('configure'), make: log('make'), check: log('check') };
  const place = await driver.place(plan, { root, src: path.join(root, 'src'), logs }, work, ctx);
  const { src } = place;
  const logsTo = (step: BuildFailure['step']) => {
    const names = step === 'configure' ? driver.steps.slice(0, 1) : driver.steps;
    return Object.fromEntries(names.map((name) => [name, logs[name]]));
  };
  work.step.progress('copying the sources');
  const began = performance.now();
  await makeTree(checkout, plan.changes, src, ctx);
  const tree = Math.round(performance.now() - began);
  const made = await driver.make(plan, place, work, ctx);
  if ('result' in made) {
    const all = { ...logsTo(made.step), ...made.logs };
    return describeFailure(plan, made.step, made.result, root, all, driver.reading);
  }
  work.step.progress('starting the interpreter');
  const { python, durationsMs, ...known } = made;
  const wrapper = await writeWrapper(python, target, ctx);
  const wrong = await checkInterpreter({ python, wrapper }, src, target, checkout.version, ctx);
  if (wrong !== undefined) {
    const { result, problem } = wrong;
    await writeFileAtomic(logs.check, `${python} ${problem}\n${result.stdout}${result.stderr}\n`);
    return describeFailure(plan, 'check', result, root, { ...logsTo('check'), check: logs.check }, driver.reading);
  }
  const build: Build = {
    schemaVersion: 1,
    key: plan.key,
    fingerprint: plan.fingerprint,
    inputs: plan.inputs,
    target: target.name,
    pythonVersion: checkout.version.text,
    root,
    src,
    python,
    ...(wrapper === undefined ? {} : { wrapper }),
    pythonSha256: await sha256File(python),
    env: plan.env,
    compiler: { path: toolchain.cc.path, version: toolchain.cc.version },
    tools: toolsOf(plan),
    quirks: plan.quirks.map(({ id, why }) => ({ id, why })),
    ...known,
    durationsMs: { tree, ...durationsMs },
    logs: logsTo('make'),
  };
  await writeJson(buildFile(root), build);
  return build;
}

type Command = Omit<ProcessOptions, 'signal'> & Readonly<{ file: string; args: readonly string[]; logFile: string }>;

export async function logged(
  { file, args, ...options }: Command,
  tell: (state: LogState) => void,
  ctx: Context,
): Promise<ProcessResult> {
  const stop = followLog(options.logFile, tell);
  try {
    return await runProcess(file, args, { ...options, signal: ctx.signal });
  } finally {
    await stop();
  }
}

/** The interpreter's name in the object folder: `python.exe` on file systems that ignore case. */
export async function findInterpreter(obj: string): Promise<string | undefined> {
  for (const name of ['python', 'python.exe']) {
    const file = path.join(obj, name);
    if (await isFile(file)) return file;
  }
  return undefined;
}

/** Prints the version and where the library is; works in every Python. */
const CHECK = `
import sys, time, math, struct, os, site
if sys.version_info >= (2, 6):
    import json
sys.stdout.write("%d.%d.%d %s" % (tuple(sys.version_info[:3]) + (os.path.dirname(os.path.abspath(os.__file__)),)))
`;

/**
 * Starts a fresh interpreter in its object folder: it must run, be of the right version, and use the library of its own
 * tree. On the way it writes the .pyc files that every start needs, so that none of the variants does so while measured.
 * @returns what is wrong, and how its process ended.
 */
async function checkInterpreter(
  build: Runnable,
  src: string,
  target: TargetDescriptor,
  version: PythonVersion,
  ctx: Context,
): Promise<{ readonly problem: string; readonly result: ProcessResult } | undefined> {
  const runner = runnerFor(target);
  // Nobody is there to start it: its bundle begins with the same question.
  if (runner.byHand) return undefined;
  await runner.prepare?.(build, ctx);
  const { file, args, env } = runner.command(build, ['-c', CHECK]);
  const timeoutMs = 60_000 * Math.max(2, runner.slowdown);
  const how = { cwd: path.dirname(build.python), env, timeoutMs, signal: ctx.signal, encoding: 'latin1' } as const;
  const result = await runProcess(file, args, how);
  if (result.exitCode !== 0) return { problem: 'does not run', result };
  const [found, library] = result.stdout.split(/ (.*)/s);
  const expected = `${version.major}.${version.minor}.${version.micro}`;
  if (found !== expected) return { problem: `calls itself ${found}, not ${expected}`, result };
  const lib = path.join(src, 'Lib');
  if (!runner.isSame(library ?? '', lib)) {
    return { problem: `uses the library in ${library}, not ${runner.path(lib)}`, result };
  }
  return undefined;
}
