import { stat } from 'node:fs/promises';
import path from 'node:path';
import { inspectInterpreter } from '../bench/inspect-interpreter.ts';
import { type FoundPybench, findPybench } from '../bench/pybench/find.ts';
import { type Converter, pinPybench } from '../bench/pybench/pin.ts';
import { pybenchElsewhere, pybenchSources } from '../bench/pybench/sources.ts';
import type { PybenchCopy } from '../bench/types.ts';
import { buildAll } from '../builds/build-all.ts';
import type { Build } from '../builds/types.ts';
import { openCheckout } from '../checkout/index.ts';
import { writeView } from '../report/render-view.ts';
import { selfTestView } from '../report/views/self-test.ts';
import { type RunFolder, runFolder } from '../run/folder.ts';
import { readRunRecord } from '../run/read-record.ts';
import { runSelfTest } from '../run/self-test.ts';
import { parsePlanted, readSelfTest, type SelfTestRecord } from '../run/self-test-record.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { packageVersion } from '../system/version.ts';
import { notMeasurable } from '../targets/measurable.ts';
import { targetFor } from '../targets/resolve.ts';
import { runnerFor } from '../targets/runner.ts';
import { RUN_ENVIRONMENT } from '../targets/runners/native.ts';
import type { WorkContext } from './context.ts';
import { buildOptions, freshFolder, settingsFrom } from './request.ts';
import type { RunOptions, SelfTestOptions } from './run-options.ts';

type Options = RunOptions & SelfTestOptions;
interface Subject {
  readonly python: SelfTestRecord['python'];
  readonly pybench: PybenchCopy;
}

/**
 * An interpreter against itself: of a run, of a checkout, or any that is there.
 * @param names one run folder, or none; one of an earlier self-test goes on.
 * @throws UserError, Cancelled
 */
export async function performSelfTest(
  names: readonly string[],
  options: Options,
  ctx: WorkContext,
): Promise<{ readonly folder: string; readonly record: SelfTestRecord }> {
  const [first, ...more] = names;
  if (more.length > 0 || (first !== undefined && options.python !== undefined)) {
    throw new UserError({
      code: 'cli/self-test-one',
      message: 'a self-test is of one interpreter',
      hint: 'name one run folder, or --checkout DIR, or --python PATH',
    });
  }
  const earlier = first === undefined ? undefined : await readSelfTest(path.resolve(first));
  const inputs =
    earlier === undefined ? await freshInputs(first, options, ctx) : { ...earlier, folder: runFolder(first ?? '') };
  const { python, pybench, settings, repetitions, planted, folder } = inputs;
  const asked = { python, pybench, settings, repetitions, planted, folder };
  const record = await runSelfTest({ ...asked, forkwright: packageVersion(), commandLine: ctx.commandLine, ctx });
  await writeView(folder.dir, selfTestView(record));
  return { folder: folder.dir, record };
}

type Fresh = Pick<SelfTestRecord, 'python' | 'pybench' | 'settings' | 'repetitions' | 'planted'> & {
  readonly folder: RunFolder;
};

async function freshInputs(run: string | undefined, options: Options, ctx: Context): Promise<Fresh> {
  const planted = parsePlanted(options.plant ?? []);
  const subject = await subjectOf(run, options, ctx);
  const folder = await freshFolder(options.out, `self-test-${subject.python.version}`);
  // A program that is just there has no objects to link.
  const oneLayout = options.layouts === 'one' || options.python !== undefined;
  const settings = { ...settingsFrom(options), ...(oneLayout ? {} : { layouts: 'each-pair' as const }) };
  return { ...subject, settings, repetitions: options.repeat ?? 3, planted, folder };
}

async function subjectOf(run: string | undefined, options: Options, ctx: Context): Promise<Subject> {
  if (options.python !== undefined) return ofProgram(options.python, options, ctx);
  if (run !== undefined) return ofRun(run, options, ctx);
  return ofCheckout(options, ctx);
}

/** The baseline of a run, with its own sources. */
async function ofRun(dir: string, options: Options, ctx: Context): Promise<Subject> {
  const record = await readRunRecord(runFolder(dir));
  const [wanted] = options.target;
  const target = record.targets.find(({ target }) => wanted === undefined || target === wanted);
  const build = target?.builds.find(({ variant }) => variant === 'baseline')?.build;
  if (build === undefined || (await stat(build.python).catch(() => undefined)) === undefined) {
    throw new UserError({
      code: 'cli/no-baseline',
      message: build === undefined ? 'that run has no baseline interpreter' : 'the run’s baseline is no longer there',
      place: { file: build?.python ?? dir },
      hint: `build it again: forkwright build --checkout ${record.checkout.root}, or name another: --checkout DIR`,
    });
  }
  return ofBuild(build, `the baseline of ${record.id}`, options, ctx);
}

/** The baseline of a checkout, built if need be. */
async function ofCheckout(options: Options, ctx: Context): Promise<Subject> {
  const checkout = await openCheckout(options.checkout, ctx);
  const [outcome] = await buildAll(
    [
      {
        variant: 'baseline',
        checkout,
        patches: [],
        target: await timedTarget(options.target[0] ?? 'host', ctx),
        options: await buildOptions(options, ctx),
      },
    ],
    ctx,
  );
  if (outcome === undefined) throw new Error('no build');
  if (!outcome.ok) throw new UserError(outcome.failure.diagnostics);
  return ofBuild(outcome.build, `built from ${checkout.root}`, options, ctx);
}

/** A target on which time can be measured. @throws UserError `bench/no-time` for others. */
async function timedTarget(name: string, ctx: Context) {
  const target = await targetFor(name, ctx);
  const why = notMeasurable(target, 'speed');
  if (why === undefined) return target;
  throw new UserError({
    code: 'bench/no-time',
    message: `time cannot be measured on the target ${name}: ${why}`,
    hint: 'test the measuring on a target that runs here as it is: --target host',
  });
}

async function ofBuild(build: Build, origin: string, options: Options, ctx: Context): Promise<Subject> {
  const checkout = await openCheckout(build.src, ctx);
  const found = await findPybench({ checkout, folder: options.pybench, providers: pybenchSources(checkout, ctx) });
  const { file, args, env } = runnerFor(await timedTarget(build.target, ctx)).command(build, []);
  const python = { version: build.pythonVersion, command: [file, ...args], env, buildKey: build.key, origin };
  return { python, pybench: await pinned(found, { command: [build.python], env: build.env }, ctx) };
}

/** Any interpreter that is there: the system's own, one of another build script. */
async function ofProgram(program: string, options: Options, ctx: Context): Promise<Subject> {
  const env = { ...RUN_ENVIRONMENT };
  const python = await inspectInterpreter(path.resolve(program), env, ctx);
  const found = await findPybench({
    checkout: { root: path.dirname(python.command), version: python.version, layout: python.layout },
    folder: options.pybench,
    providers: pybenchElsewhere(ctx),
  });
  return {
    python: {
      version: python.version.text,
      command: [python.command],
      env,
      buildKey: python.sha256.slice(0, 16),
      origin: `the program ${program}`,
    },
    pybench: await pinned(found, { command: [python.command], env }, ctx),
  };
}

function pinned(found: FoundPybench, converter: Converter, ctx: Context): Promise<PybenchCopy> {
  return pinPybench(found, path.join(ctx.cacheDir, 'pybench'), [converter], ctx);
}
