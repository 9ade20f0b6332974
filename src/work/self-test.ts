import { stat } from 'node:fs/promises';
import path from 'node:path';
import { benchSettings } from '../bench/settings.ts';
import type { PybenchCopy } from '../bench/types.ts';
import type { CommandContext, Outcome } from '../cli/frame.ts';
import { type AllOptions, RUNS_DIR } from '../cli/run-request.ts';
import { claimRunFolder, newRunFolder, type RunFolder, runFolder } from '../run/folder.ts';
import { brokenPromises, parsePlanted, readSelfTest, type SelfTestRecord } from '../run/self-test-record.ts';
import { UserError } from '../system/diagnostic.ts';
import { packageVersion } from '../system/version.ts';
import { runnerFor } from '../targets/runner.ts';

export interface SelfTestOptions {
  readonly repeat?: number;
  readonly plant?: readonly string[];
  readonly python?: string;
}

type Options = AllOptions & SelfTestOptions;
interface Subject {
  readonly python: SelfTestRecord['python'];
  readonly pybench: PybenchCopy;
}

/** `forkwright bench --self-test`: an interpreter against itself. @throws UserError */
export async function performSelfTest(
  names: readonly string[],
  options: Options,
  ctx: CommandContext,
): Promise<Outcome> {
  const [first, ...more] = names;
  if (more.length > 0 || (first !== undefined && options.python !== undefined)) {
    throw new UserError({
      code: 'cli/self-test-one',
      message: 'a self-test is of one interpreter',
      hint: 'name one run folder, or --checkout DIR, or --python PATH',
    });
  }
  const earlier = first === undefined ? undefined : await readSelfTest(path.resolve(first));
  const { runSelfTest } = await import('../run/self-test.ts');
  const common = { forkwright: packageVersion(), commandLine: ['forkwright', ...process.argv.slice(2)], ctx };
  let record: SelfTestRecord;
  let folder: RunFolder;
  if (earlier !== undefined) {
    folder = runFolder(first ?? '');
    const { python, pybench, settings, repetitions, planted } = earlier;
    record = await runSelfTest({ ...common, python, pybench, settings, repetitions, planted, folder });
  } else {
    const planted = parsePlanted(options.plant ?? []);
    const subject = await subjectOf(first, options, ctx);
    folder = await folderFor(subject, options.out);
    record = await runSelfTest({
      ...common,
      ...subject,
      settings: benchSettings(options.quick ? 'quick' : 'full', {
        ...(options.pairs === undefined ? {} : { pairs: Math.max(2, options.pairs) }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(options.tests === undefined ? {} : { tests: options.tests }),
        ...(options.testTimeout === undefined ? {} : { testTimeoutMs: options.testTimeout * 1000 }),
        // A program that is just there has no objects to link.
        ...(options.layouts === 'one' || options.python !== undefined ? {} : { layouts: 'each-pair' as const }),
      }),
      repetitions: options.repeat ?? 3,
      planted,
      folder,
    });
  }
  return outcomeOf(record, folder, ctx);
}

async function outcomeOf(record: SelfTestRecord, folder: RunFolder, ctx: CommandContext): Promise<Outcome> {
  const { renderView, writeView } = await import('../report/render-view.ts');
  const { selfTestView } = await import('../report/views/self-test.ts');
  const view = selfTestView(record);
  await writeView(folder.dir, view);
  const text = renderView(view, 'terminal', {
    width: ctx.terminal.width,
    color: ctx.terminal.colorOut,
    verbose: ctx.verbose,
  });
  const shown = path.relative(process.cwd(), path.join(folder.dir, 'report.html'));
  return {
    exitCode: brokenPromises(record).length === 0 ? 0 : 1,
    data: { folder: folder.dir, record },
    text: `${text}\nReport: ${shown.startsWith('..') ? path.join(folder.dir, 'report.html') : shown}\n`,
  };
}

async function folderFor({ python }: Subject, out: string | undefined): Promise<RunFolder> {
  if (out !== undefined) return claimRunFolder(path.resolve(out));
  return newRunFolder(path.resolve(RUNS_DIR), `self-test-${python.version}`, new Date());
}

async function subjectOf(run: string | undefined, options: Options, ctx: CommandContext): Promise<Subject> {
  if (options.python !== undefined) return ofProgram(options.python, options, ctx);
  if (run !== undefined) return ofRun(run, options, ctx);
  return ofCheckout(options, ctx);
}

/** The baseline of a run, with its own sources. */
async function ofRun(dir: string, options: Options, ctx: CommandContext): Promise<Subject> {
  const { readRunRecord } = await import('../run/read-record.ts');
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
async function ofCheckout(options: Options, ctx: CommandContext): Promise<Subject> {
  const { openCheckout } = await import('../checkout/index.ts');
  const { buildAll } = await import('../builds/build-all.ts');
  const { detectLauncher } = await import('../targets/launcher.ts');
  const checkout = await openCheckout(options.checkout, ctx);
  const [outcome] = await buildAll(
    [
      {
        variant: 'baseline',
        checkout,
        patches: [],
        target: await timedTarget(options.target[0] ?? 'host', ctx),
        options: {
          pgo: options.pgo ?? false,
          modules: options.modules,
          configure: [...options.configureOption],
          ...(options.cflags === undefined ? {} : { cflags: options.cflags }),
          launcher: options.launcher ?? (await detectLauncher(ctx))?.name ?? 'none',
        },
      },
    ],
    ctx,
  );
  if (outcome === undefined) throw new Error('no build');
  if (!outcome.ok) throw new UserError(outcome.failure.diagnostics);
  return ofBuild(outcome.build, `built from ${checkout.root}`, options, ctx);
}

/** A target on which time can be measured. @throws UserError `bench/no-time` for others. */
async function timedTarget(name: string, ctx: CommandContext) {
  const { targetFor } = await import('../targets/resolve.ts');
  const { notMeasurable } = await import('../targets/measurable.ts');
  const target = await targetFor(name, ctx);
  const why = notMeasurable(target, 'speed');
  if (why === undefined) return target;
  throw new UserError({
    code: 'bench/no-time',
    message: `time cannot be measured on the target ${name}: ${why}`,
    hint: 'test the measuring on a target that runs here as it is: --target host',
  });
}

type Build = import('../builds/types.ts').Build;

async function ofBuild(build: Build, origin: string, options: Options, ctx: CommandContext): Promise<Subject> {
  const { openCheckout } = await import('../checkout/index.ts');
  const { pybenchSources } = await import('../run/pybench-sources.ts');
  const { findPybench } = await import('../bench/pybench/find.ts');
  const checkout = await openCheckout(build.src, ctx);
  const found = await findPybench({ checkout, folder: options.pybench, providers: pybenchSources(checkout, ctx) });
  const { file, args, env } = runnerFor(await timedTarget(build.target, ctx)).command(build, []);
  const python = { version: build.pythonVersion, command: [file, ...args], env, buildKey: build.key, origin };
  return { python, pybench: await pinned(found, { command: [build.python], env: build.env }, ctx) };
}

/** Any interpreter that is there: the system's own, one of another build script. */
async function ofProgram(program: string, options: Options, ctx: CommandContext): Promise<Subject> {
  const { inspectInterpreter } = await import('../bench/inspect-interpreter.ts');
  const { pybenchElsewhere } = await import('../run/pybench-sources.ts');
  const { findPybench } = await import('../bench/pybench/find.ts');
  const { RUN_ENVIRONMENT } = await import('../targets/runner.ts');
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

async function pinned(
  found: import('../bench/pybench/find.ts').FoundPybench,
  converter: import('../bench/pybench/pin.ts').Converter,
  ctx: CommandContext,
): Promise<PybenchCopy> {
  const { pinPybench } = await import('../bench/pybench/pin.ts');
  return pinPybench(found, path.join(ctx.cacheDir, 'pybench'), [converter], ctx);
}
