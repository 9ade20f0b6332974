import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCpythonTests } from '../bench/cpython-tests.ts';
import { measureGrowth } from '../bench/growth.ts';
import type { CpythonTestComparison, GrowthResult, Interpreter } from '../bench/types.ts';
import { buildAll } from '../builds/build-all.ts';
import { compareConditions } from '../builds/conditions.ts';
import { driverOf } from '../builds/drivers.ts';
import type { BuildOutcome, BuildResult, Variant } from '../builds/types.ts';
import type { Checkout } from '../checkout/types.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { runStep } from '../system/events.ts';
import { notMeasurable } from '../targets/measurable.ts';
import { type Runner, runnerFor } from '../targets/runner.ts';
import type { Measurement, TargetDescriptor } from '../targets/types.ts';
import type { RunFolder } from './folder.ts';
import type { Journal } from './journal.ts';
import { variantsOf } from './plan.ts';
import type { RunRequest } from './request.ts';
import { countTargetInstructions } from './stages/instructions.ts';
import { measureTargetMemory } from './stages/memory.ts';
import { counterFor, throughRunner } from './stages/memory-counter.ts';
import { measureTargetSize } from './stages/size.ts';
import { measureTargetSpeed } from './stages/speed.ts';
import type { RunPatch, TargetResult } from './types.ts';

/** One test file of CPython's that takes longer than this on this machine hangs. */
const CPYTHON_TEST_TIMEOUT_MS = 20 * 60_000;
/** The experiment's number (facts: 20,000 one-shot functions). */
const GROWTH_FUNCTIONS = 20_000;

const ONE_LAYOUT =
  'all pairs are measured in one layout of the code, not pinned to a processor: a verdict on a single test may be the linker’s';

export interface TargetStage {
  readonly target: TargetDescriptor;
  readonly checkout: Checkout;
  readonly patches: readonly GeneratedPatch[];
  /** What all variants are built with, as the target needs it. */
  readonly ports: readonly GeneratedPatch[];
  readonly record: readonly RunPatch[];
  /** Why there is nothing to build. */
  readonly problems: readonly Diagnostic[];
  readonly request: RunRequest;
  readonly folder: RunFolder;
  readonly journal: Journal;
  /** Called with what is known so far, after each stage. */
  readonly update: (result: TargetResult) => Promise<void>;
  readonly timed: <T>(name: string, body: () => Promise<T>) => Promise<T>;
  readonly ctx: Context;
}

/** Builds and measures the variants for one target, in the order: builds, size, CPython's tests, growth, memory, instructions, speed. */
export async function runTarget(stage: TargetStage): Promise<void> {
  const { target, request, update, timed } = stage;
  const ports = stage.record.length === 0 ? {} : { ports: stage.record };
  if (stage.problems.length > 0) return update(notPorted(stage));
  const outcomes = await timed(`${target.name}/build`, () => buildStage(stage));
  const built = outcomes.filter((outcome) => outcome.ok);
  const failed = outcomes.filter((outcome) => !outcome.ok);
  const way = await driverOf(target).way?.(target, stage.ctx);
  let result: TargetResult = {
    target: target.name,
    title: target.title,
    builds: built.map(({ variant, hit, build }) => ({ variant, hit, build })),
    conditionsDiffer: conditions(built, stage.patches),
    buildFailure: failed.length === 0 ? undefined : failed.flatMap(({ failure }) => failure.diagnostics),
    limits: [...target.limits, ...notDone(stage)],
    ...(way === undefined ? {} : { toolchain: way.text }),
    ...ports,
  };
  await update(result);
  if (failed.length > 0) return;
  const runner = runnerFor(target);
  const elsewhere = await copyThere(stage, runner, built);
  if (elsewhere !== undefined) {
    const timed = runner.remote && request.stages.includes('speed') ? [ONE_LAYOUT] : [];
    result = { ...result, elsewhere, limits: [...timed, ...result.limits] };
    await update(result);
  }
  const interpreters = built.map(({ variant, build }): Interpreter => {
    const { file, args, env } = runner.command(build, []);
    const { pythonVersion, key: buildKey } = build;
    const elsewhere = runner.remote ? { elsewhere: true } : {};
    const slowdown = runner.slowdown === 1 ? {} : { slowdown: runner.slowdown };
    const { pipes } = runner;
    return { variant, command: [file, ...args], env, pythonVersion, buildKey, ...elsewhere, ...slowdown, pipes };
  });
  const add = async (more: Partial<TargetResult>) => {
    result = { ...result, ...more };
    await update(result);
  };
  const measure = async (what: Measurement, body: () => Promise<Partial<TargetResult>>) => {
    const why = notMeasurable(target, what);
    await add(why === undefined ? await timed(`${target.name}/${what}`, body) : await skipped(stage, what, why));
  };
  await measure('size', () => measureTargetSize(stage, built));
  if (request.stages.includes('tests') && request.cpythonTests !== 'none') {
    await measure('tests', async () => ({ tests: await testStage(stage, built, interpreters) }));
  }
  if (request.stages.includes('growth')) {
    await measure('growth', async () => ({ growth: await growthStage(stage, interpreters, built) }));
  }
  if (request.stages.includes('memory')) await measure('memory', () => measureTargetMemory(stage, interpreters, built));
  if (request.stages.includes('instructions') && request.bench.instructions !== 'off') {
    await measure('instructions', () => countTargetInstructions(stage, interpreters, built));
  }
  if (request.stages.includes('speed')) await measure('speed', () => measureTargetSpeed(stage, interpreters, built));
}

/** Brings the builds to where they run. @returns where that is: a sentence. */
async function copyThere(
  { target, ctx }: TargetStage,
  runner: Runner,
  built: readonly BuildResult[],
): Promise<string | undefined> {
  if (runner.prepare === undefined) return undefined;
  const id = `${target.name}/copy`;
  const title = runner.remote ? `Copy to where ${target.name} runs` : `Start what runs ${target.name} here`;
  return runStep(ctx.emit, { id, title, parent: `${target.name}/build` }, async (step) => {
    let where: string | undefined;
    for (const [index, { variant, build }] of built.entries()) {
      step.progress(variant, index, built.length);
      where = await runner.prepare?.(build, ctx);
    }
    return where;
  });
}

/** A stage whose row is there and that this target cannot have. */
async function skipped({ target, ctx }: TargetStage, what: Measurement, why: string): Promise<Partial<TargetResult>> {
  return runStep(ctx.emit, { id: `${target.name}/${what}`, title: `${what} on ${target.name}` }, async (step) => {
    step.outcome('skipped');
    switch (what) {
      case 'size':
        return { sizeSkipped: why };
      case 'instructions':
        return { instructionsSkipped: why };
      case 'speed':
        return { speedSkipped: why };
      default:
        // Among the limits: see `notDone`.
        return {};
    }
  });
}

/** What was asked for and is not done here, where the record has no place of its own for it. */
function notDone({ target, request }: TargetStage): readonly string[] {
  const named = {
    tests: 'CPython’s tests were not run',
    growth: 'growth was not measured',
    memory: 'memory was not measured',
  };
  return (['tests', 'growth', 'memory'] as const).flatMap((what) => {
    const why = request.stages.includes(what) ? notMeasurable(target, what) : undefined;
    return why === undefined ? [] : [`${named[what]}: ${why}`];
  });
}

function notPorted({ target, problems, record, ctx }: TargetStage): TargetResult {
  for (const diagnostic of problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
  return {
    target: target.name,
    title: target.title,
    builds: [],
    conditionsDiffer: [],
    buildFailure: problems,
    limits: target.limits,
    ports: record,
  };
}

async function buildStage({
  target,
  checkout,
  patches,
  ports,
  request,
  folder,
  ctx,
}: TargetStage): Promise<readonly BuildOutcome[]> {
  const id = `${target.name}/build`;
  return runStep(ctx.emit, { id, title: `Build for ${target.name}` }, async (step) => {
    const outcomes = await buildAll(
      variantsOf(request).map((variant) => ({
        variant,
        checkout,
        patches: variant === 'patched' ? [...ports, ...patches] : ports,
        target,
        options: request.build,
      })),
      ctx,
      { parent: id },
    );
    if (outcomes.every((outcome) => outcome.ok && outcome.hit)) step.outcome('hit');
    for (const outcome of outcomes) await keepLogs(outcome, folder, target);
    for (const outcome of outcomes) {
      if (outcome.ok) continue;
      for (const diagnostic of outcome.failure.diagnostics)
        ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
    }
    return outcomes;
  });
}

/** The build's logs travel with the run: the store may be cleaned. */
async function keepLogs(outcome: BuildOutcome, folder: RunFolder, target: TargetDescriptor): Promise<void> {
  const logs = outcome.ok ? outcome.build.logs : outcome.failure.logs;
  await mkdir(folder.logs, { recursive: true });
  for (const [name, file] of Object.entries(logs)) {
    await copyFile(file, path.join(folder.logs, `${target.name}-${outcome.variant}-${name}.log`)).catch((error) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

function conditions(built: readonly BuildResult[], patches: readonly GeneratedPatch[]): readonly string[] {
  const baseline = built.find(({ variant }) => variant === 'baseline');
  if (baseline === undefined) return [];
  const asked = patches.flatMap((patch) => patch.buildOptions);
  return built
    .filter((other) => other !== baseline)
    .flatMap((other) => compareConditions(baseline.build, other.build, other.variant === 'patched' ? asked : []));
}

/** Takes a stage's result from the journal when it was finished with the same inputs; else runs and records it. */
async function once<T>(
  stage: TargetStage,
  name: string,
  title: string,
  inputs: unknown,
  body: () => Promise<T>,
): Promise<T> {
  const { target, journal, ctx } = stage;
  const id = `${target.name}/${name}`;
  return runStep(ctx.emit, { id, title: `${title} for ${target.name}` }, async (step) => {
    const known = journal.find(id, inputs);
    if (known !== undefined) {
      step.outcome('hit');
      return known as T;
    }
    const result = await body();
    await journal.record(id, inputs, result);
    return result;
  });
}

const keysOf = (interpreters: readonly Interpreter[]) =>
  interpreters.map(({ variant, buildKey }) => ({ variant, buildKey }));

async function testStage(
  stage: TargetStage,
  built: readonly BuildResult[],
  interpreters: readonly Interpreter[],
): Promise<CpythonTestComparison> {
  const { target, request, patches, folder, ctx } = stage;
  const declared = patches.flatMap((patch) => patch.expect.tests);
  const sides = interpreters.filter(({ variant }) => variant !== 'control');
  const inputs = { set: request.cpythonTests, declared, builds: keysOf(sides) };
  return once(stage, 'tests', 'CPython’s own tests', inputs, async () => {
    // Not in the run folder: its path may be long, and the tests make sockets, whose paths have at most 107 bytes.
    const workDir = await mkdtemp(path.join(tmpdir(), 'fw-'));
    try {
      return await runCpythonTests({
        set: request.cpythonTests,
        interpreters: sides,
        sourceDirs: { baseline: sourceOf(built, 'baseline'), patched: sourceOf(built, 'patched') },
        declared,
        workDir,
        logDir: path.join(folder.logs, `${target.name}-cpython-tests`),
        timeoutMs: CPYTHON_TEST_TIMEOUT_MS,
        ctx,
        parent: `${target.name}/tests`,
      });
    } finally {
      await rm(workDir, { recursive: true, force: true });
    }
  });
}

function sourceOf(built: readonly BuildResult[], variant: Variant): string {
  const found = built.find((build) => build.variant === variant);
  if (found === undefined) throw new Error(`no ${variant} build`);
  return found.build.src;
}

async function growthStage(
  stage: TargetStage,
  interpreters: readonly Interpreter[],
  built: readonly BuildResult[],
): Promise<GrowthResult> {
  const sides = interpreters.filter(({ variant }) => variant !== 'control');
  const runner = runnerFor(stage.target);
  const isCounted = runner.hidesMemory !== undefined;
  const inputs = { functions: GROWTH_FUNCTIONS, counted: isCounted, builds: keysOf(sides) };
  return once(stage, 'growth', 'Memory growth', inputs, async () =>
    measureGrowth({
      interpreters: sides,
      functions: GROWTH_FUNCTIONS,
      ...(isCounted
        ? {
            counted: {
              counter: await counterFor(
                stage,
                runner,
                built.filter(({ variant }) => variant !== 'control'),
              ),
              withEnvironment: throughRunner(runner, built),
            },
          }
        : {}),
      ctx: stage.ctx,
      parent: `${stage.target.name}/growth`,
    }),
  );
}
