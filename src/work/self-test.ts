import { existsSync } from 'node:fs';
import path from 'node:path';
import { type FoundPybench, findPybench, pybenchElsewhere, pybenchSources } from '../bench/pybench/find.ts';
import { type Converter, pinPybench } from '../bench/pybench/pin.ts';
import { readSuite } from '../bench/suites/list.ts';
import { buildAll } from '../builds/build-all.ts';
import { lookAtInterpreter } from '../builds/interpreter.ts';
import { openCheckout } from '../checkout/index.ts';
import { writeView } from '../report/render-view.ts';
import { selfTestView } from '../report/views/self-test.ts';
import { readRunRecord, runFolder } from '../run/folder.ts';
import { runSelfTest } from '../run/self-test.ts';
import { parsePlanted, readSelfTest, type SelfTestRecord } from '../run/self-test-record.ts';
import { packageVersion } from '../system/assets.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { sha256File } from '../system/hash.ts';
import { targetFor } from '../targets/resolve.ts';
import { notMeasurable, runnerFor } from '../targets/runner.ts';
import { RUN_ENVIRONMENT } from '../targets/runners/native.ts';
import { buildOptions, freshFolder, settingsFrom, type WorkContext } from './request.ts';
import type { RunOptions, SelfTestOptions } from './run-options.ts';

type Options = RunOptions & SelfTestOptions;

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
  const { python, pybench, suite, pyperformance, settings, repetitions, copies, planted, folder } =
    earlier === undefined ? await freshInputs(first, options, ctx) : { ...earlier, folder: runFolder(first ?? '') };
  const record = await runSelfTest({
    ...{ python, pybench, suite, pyperformance, settings, repetitions, copies, planted, folder },
    ...{ forkwright: packageVersion(), commandLine: ctx.commandLine, ctx },
  });
  await writeView(folder.dir, selfTestView(record));
  return { folder: folder.dir, record };
}

async function freshInputs(run: string | undefined, options: Options, ctx: Context) {
  const planted = parsePlanted(options.plant ?? []);
  const suite = await readSuite(options.suite ?? [], options);
  const { python, findPybench, converter } = await subjectOf(run, options, ctx);
  const pinned = async () => pinPybench(await findPybench(), path.join(ctx.cacheDir, 'pybench'), [converter], ctx);
  const measured =
    suite === undefined
      ? { pybench: await pinned() }
      : { suite, pyperformance: options.pyperformance && path.resolve(options.pyperformance) };
  const folder = await freshFolder(options.out, `self-test-${python.version}`);
  // A program that is just there has no objects to link.
  const oneLayout = options.layouts === 'one' || options.python !== undefined;
  const settings = { ...settingsFrom(options), ...(oneLayout ? {} : { layouts: 'each-pair' as const }) };
  const { copies, repeat: repetitions = 3 } = options;
  return { python, ...measured, settings, repetitions, copies, planted, folder };
}

interface Subject {
  readonly python: SelfTestRecord['python'];
  readonly findPybench: () => Promise<FoundPybench>;
  readonly converter: Converter;
}

async function subjectOf(run: string | undefined, options: Options, ctx: Context): Promise<Subject> {
  if (options.python !== undefined) return ofProgram(options.python, options, ctx);
  const { build, origin } =
    run === undefined ? await checkoutsBaseline(options, ctx) : await runsBaseline(run, options.target[0]);
  const checkout = await openCheckout(build.src, ctx);
  const find = () => findPybench({ checkout, folder: options.pybench, providers: pybenchSources(checkout, ctx) });
  const { file, args, env } = runnerFor(await timedTarget(build.target, ctx)).command(build, []);
  const python = { version: build.pythonVersion, command: [file, ...args], env, buildKey: build.key, origin };
  return { python, findPybench: find, converter: { command: [build.python], env: build.env } };
}

async function runsBaseline(dir: string, wanted: string | undefined) {
  const record = await readRunRecord(runFolder(dir));
  const target = record.targets.find(({ target }) => wanted === undefined || target === wanted);
  const build = target?.builds.find(({ variant }) => variant === 'baseline')?.build;
  if (build !== undefined && existsSync(build.python)) return { build, origin: `the baseline of ${record.id}` };
  throw new UserError({
    code: 'cli/no-baseline',
    message: build === undefined ? 'that run has no baseline interpreter' : 'the run’s baseline is no longer there',
    place: { file: build?.python ?? dir },
    hint: `build it again: forkwright build --checkout ${record.checkout.root}, or name another: --checkout DIR`,
  });
}

async function checkoutsBaseline(options: Options, ctx: Context) {
  const checkout = await openCheckout(options.checkout, ctx);
  const target = await timedTarget(options.target[0] ?? 'host', ctx);
  const request = { variant: 'baseline' as const, checkout, patches: [], target };
  const [outcome] = await buildAll([{ ...request, options: await buildOptions(options, ctx) }], ctx);
  if (outcome === undefined) throw new Error('no build');
  if (!outcome.ok) throw new UserError(outcome.failure.diagnostics);
  return { build: outcome.build, origin: `built from ${checkout.root}` };
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

/** Any interpreter that is there: the system's own, one of another build script. */
async function ofProgram(program: string, { pybench }: Options, ctx: Context): Promise<Subject> {
  const env = { ...RUN_ENVIRONMENT };
  const { python: command, version } = await lookAtInterpreter(program, ctx);
  // It has no tree of its own to look into.
  const checkout = { root: path.dirname(command), version, layout: { builtInPlace: false } };
  const find = () => findPybench({ checkout, folder: pybench, providers: pybenchElsewhere(ctx) });
  const converter = { command: [command], env };
  const origin = `the program ${program}`;
  return {
    python: { version: version.text, ...converter, buildKey: (await sha256File(command)).slice(0, 16), origin },
    findPybench: find,
    converter,
  };
}
