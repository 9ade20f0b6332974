import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Once } from '../bench/once.ts';
import type { Interpreter } from '../bench/types.ts';
import { buildAll } from '../builds/build-all.ts';
import { compareConditions, compareSides } from '../builds/conditions.ts';
import { driverOf } from '../builds/drivers.ts';
import { compareFacts, type Found, factsOfBuild } from '../builds/found.ts';
import { type BuildOutcome, type BuildRequest, type BuildResult, VARIANTS, type Variant } from '../builds/types.ts';
import type { Settings } from '../change/settings.ts';
import type { Checkout } from '../checkout/types.ts';
import type { GeneratedPatch } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { runStep } from '../system/events.ts';
import { type Runner, runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import type { RunFolder } from './folder.ts';
import type { Journal } from './journal.ts';
import type { Ported } from './port.ts';
import { type RunRequest, variantsOf } from './request.ts';
import { compared, isWanted, type NotHad, type Stage, type StageInputs, titleOf, whyNot } from './stages/stage.ts';
import type { TargetResult } from './types.ts';

const ONE_LAYOUT =
  'all pairs are measured in one layout of the code, not pinned to a processor: a verdict on a single test may be the linker’s';

interface TargetRun extends Ported {
  readonly target: TargetDescriptor;
  readonly checkout: Checkout;
  readonly settings?: Settings | undefined;
  /** The interpreter of this side, where it was built elsewhere. */
  readonly found?: Found | undefined;
  /** The other side; absent: it is the same but for `patches`. */
  readonly baseline?:
    | {
        readonly target: TargetDescriptor;
        readonly checkout: Checkout;
        readonly settings?: Settings | undefined;
        readonly patches: readonly GeneratedPatch[];
        readonly found?: Found | undefined;
      }
    | undefined;
  readonly request: RunRequest;
  readonly folder: RunFolder;
  readonly journal: Journal;
  readonly stages: readonly Stage[];
  /** Called with what is known so far, after each stage. */
  readonly update: (result: TargetResult) => Promise<void>;
  readonly once?: Once | undefined;
  readonly timed: <T>(name: string, body: () => Promise<T>) => Promise<T>;
  readonly ctx: Context;
}

/** Builds the variants for one target, and does the stages that are wanted. */
export async function runTarget(run: TargetRun): Promise<void> {
  const { target, checkout, patches, request, folder, journal, stages, update, once, timed, ctx } = run;
  if (run.problems.length > 0) return update(notPorted(run));
  const sideOf = (variant: Variant) => (variant === 'patched' ? run : (run.baseline ?? { ...run, patches: [] }));
  const wanted = variantsOf(request).map((variant) => ({ variant, side: sideOf(variant) }));
  const there = wanted.flatMap(({ variant, side: { found } }): BuildOutcome[] =>
    found === undefined ? [] : [{ ok: true, variant, hit: true, build: { ...found.build, target: target.name } }],
  );
  const requests = wanted.flatMap(({ variant, side }): BuildRequest[] => {
    if (side.found !== undefined) return [];
    const options = withSettings(request.build, side.settings);
    const all = [...run.ports, ...side.patches];
    return [{ variant, checkout: side.checkout, patches: all, target: side.target, options }];
  });
  const made = await timed(`${target.name}/build`, () => buildVariants(requests, target, folder.logs, ctx));
  const of = (one: Variant) => [...made, ...there].filter(({ variant }) => variant === one);
  const outcomes = VARIANTS.flatMap(of);
  const built = outcomes.filter((outcome) => outcome.ok);
  const failed = outcomes.filter((outcome) => !outcome.ok);
  const way = await driverOf(target).way?.(target, ctx);
  let result: TargetResult = {
    target: target.name,
    title: target.title,
    builds: built.map(({ variant, hit, build }) => ({ variant, hit, build })),
    ...(there.length > 0
      ? await conditionsElsewhere(built, ctx)
      : conditionsOf(built, patches, run.baseline !== undefined || changesBuild(run))),
    buildFailure: failed.length === 0 ? undefined : failed.flatMap(({ failure }) => failure.diagnostics),
    limits: [...target.limits, ...notDone(run, built), ...(there.length === 0 ? [] : limitsElsewhere(request))],
    toolchain: way?.text,
    ...(run.record.length === 0 ? {} : { ports: run.record }),
  };
  await update(result);
  if (failed.length > 0) return;
  const runner = runnerFor(target);
  const elsewhere = await copyThere(run, runner, built);
  if (elsewhere !== undefined) {
    const oneLayout = runner.remote && request.stages.includes('speed') ? [ONE_LAYOUT] : [];
    result = { ...result, elsewhere, limits: [...oneLayout, ...result.limits] };
    await update(result);
  }
  const interpreters = built.map((one) => startedAs(one, runner, sideOf(one.variant).settings));
  const inputs = { target, checkout, patches, request, folder, built, interpreters, once, ctx };
  for (const stage of stages.filter((one) => isWanted(one, request))) {
    const id = `${target.name}/${stage.name}`;
    result = { ...result, ...(await timed(id, () => measureStage(stage, inputs, journal))) };
    await update(result);
  }
}

/** A build as it is started for its side. */
export const startedAs = (build: BuildResult, runner: Runner, settings: Settings | undefined): Interpreter =>
  started(interpreterOf(build, runner), settings);

function interpreterOf({ variant, build }: BuildResult, runner: Runner): Interpreter {
  const { file, args, env } = runner.command(build, []);
  return {
    variant,
    command: [file, ...args],
    env,
    pythonVersion: build.pythonVersion,
    buildKey: build.key,
    ...(runner.remote ? { elsewhere: true } : {}),
    ...(runner.slowdown === 1 ? {} : { slowdown: runner.slowdown }),
    pipes: runner.pipes,
  };
}

/** Brings the builds to where they run. @returns where that is: a sentence. */
async function copyThere(
  { target, ctx }: TargetRun,
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

/** What was asked for and is not done here, where the record has no place of its own for it. */
function notDone({ target, request, stages }: TargetRun, built: readonly BuildResult[]): readonly string[] {
  return stages.flatMap((stage) => {
    if (stage.limit === undefined || !(request.stages as readonly string[]).includes(stage.name)) return [];
    const why = whyNot(stage, target, built);
    return why === undefined ? [] : [`${stage.limit}: ${why}`];
  });
}

function notPorted({ target, problems, record, ctx }: TargetRun): TargetResult {
  for (const diagnostic of problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
  const { name, title, limits } = target;
  return { target: name, title, builds: [], conditionsDiffer: [], buildFailure: problems, limits, ports: record };
}

/** Builds the variants of a target, and keeps their logs with the run: the store may be cleaned. */
async function buildVariants(
  requests: readonly BuildRequest[],
  target: TargetDescriptor,
  logs: string,
  ctx: Context,
): Promise<readonly BuildOutcome[]> {
  const id = `${target.name}/build`;
  return runStep(ctx.emit, { id, title: `Build for ${target.name}` }, async (step) => {
    const outcomes = await buildAll(requests, ctx, { parent: id });
    if (outcomes.every((outcome) => outcome.ok && outcome.hit)) step.outcome('hit');
    for (const outcome of outcomes) await keepLogs(outcome, logs, target);
    const problems = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.failure.diagnostics));
    for (const diagnostic of problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
    return outcomes;
  });
}

async function keepLogs(outcome: BuildOutcome, folder: string, target: TargetDescriptor): Promise<void> {
  const logs = outcome.ok ? outcome.build.logs : outcome.failure.logs;
  await mkdir(folder, { recursive: true });
  for (const [name, file] of Object.entries(logs)) {
    await copyFile(file, path.join(folder, `${target.name}-${outcome.variant}-${name}.log`)).catch((error) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}

/** Files that say how to build: what a change of them makes of a build is the change. */
const OF_BUILDS =
  /^(?:Makefile\.pre\.in|configure(?:\.ac|\.in)?|aclocal\.m4|pyconfig\.h\.in|setup\.py|Modules\/(?:makesetup|Setup[\w.]*|config\.c\.in))$/;

/** What differs in how the variants were built, beside what the patches, and the sides where there are any, ask for. */
function conditionsOf(
  [baseline, ...others]: readonly BuildResult[],
  patches: readonly GeneratedPatch[],
  /** The sides may differ in this: they were asked to, or a change is of the build itself. */
  differ: boolean,
): Pick<TargetResult, 'conditionsDiffer' | 'sidesDiffer'> {
  if (baseline?.variant !== 'baseline') return { conditionsDiffer: [] };
  const asked = patches.flatMap((patch) => patch.buildOptions);
  const conditionsDiffer: string[] = [];
  const sidesDiffer: string[] = [];
  for (const { variant, build } of others) {
    if (variant === 'patched' && differ) {
      const { asked: explained, unasked } = compareSides(baseline.build, build);
      conditionsDiffer.push(...unasked);
      sidesDiffer.push(...explained);
    } else conditionsDiffer.push(...compareConditions(baseline.build, build, variant === 'patched' ? asked : []));
  }
  return { conditionsDiffer, ...(differ ? { sidesDiffer } : {}) };
}

/** The same where one was not built here: all that is known is what the interpreters say. */
async function conditionsElsewhere(
  built: readonly BuildResult[],
  ctx: Context,
): Promise<Pick<TargetResult, 'conditionsDiffer' | 'sidesDiffer'>> {
  const both = compared(built);
  const [a, b] = await Promise.all(both.map(({ build }) => factsOfBuild(build, ctx)));
  const [one, other] = both;
  if (a === undefined || b === undefined || one === undefined || other === undefined) return { conditionsDiffer: [] };
  const conditionsDiffer =
    a.architecture === b.architecture ? [] : [`the kind of machine: ${a.architecture} against ${b.architecture}`];
  const lengths = both.map(({ build }) => String(build.python.length));
  const length = lengths[0] === lengths[1] ? [] : [`the length of the path: ${lengths.join(' against ')}`];
  const versions = [one.build.pythonVersion, other.build.pythonVersion] as const;
  return { conditionsDiffer, sidesDiffer: [...compareFacts([a, b], versions), ...length] };
}

/** What cannot be had of interpreters whose objects are not here. */
const limitsElsewhere = ({ bench, stages }: RunRequest): readonly string[] =>
  stages.includes('speed') && bench.layouts !== undefined
    ? [
        'an interpreter was built elsewhere and has no objects here to link in other orders: all pairs are measured in one layout of the code, and a verdict on a single test may be the linker’s',
      ]
    : [];

const changesBuild = ({ patches }: Pick<TargetRun, 'patches'>): boolean =>
  patches.some(({ files }) => files.some(({ path: name }) => OF_BUILDS.test(name)));

/** A side's own options behind those of both. */
function withSettings(options: RunRequest['build'], settings: Settings | undefined): RunRequest['build'] {
  if (settings === undefined) return options;
  const cflags = [options.cflags, settings.cflags].filter((one) => one !== undefined).join(' ');
  return {
    ...options,
    pgo: settings.pgo ?? options.pgo,
    configure: [...options.configure, ...settings.configure],
    ...(cflags === '' ? {} : { cflags }),
  };
}

/** An interpreter as a side wants it started. */
const started = (interpreter: Interpreter, settings: Settings | undefined): Interpreter =>
  settings === undefined
    ? interpreter
    : {
        ...interpreter,
        command: [...interpreter.command, ...settings.x.flatMap((option) => ['-X', option])],
        env: { ...interpreter.env, ...settings.env },
      };

/**
 * Does a stage, or takes its result from the journal when it was finished with the same inputs.
 * @returns its members of the target's result; where it cannot be had, why (or nothing, where a limit says it).
 */
export async function measureStage(
  stage: Stage,
  inputs: Omit<StageInputs, 'id'>,
  journal: Journal,
): Promise<Readonly<Record<string, unknown>>> {
  const { target, request, ctx } = inputs;
  const id = `${target.name}/${stage.name}`;
  return runStep(ctx.emit, { id, title: `${titleOf(stage, request)} on ${target.name}` }, async (step) => {
    const without = (why: string) => {
      step.outcome('skipped');
      return stage.limit === undefined ? { [`${stage.name}Skipped`]: why } : {};
    };
    const why = whyNot(stage, target, inputs.built);
    if (why !== undefined) return without(why);
    const ready = await stage.prepare({ ...inputs, id });
    if (isNotHad(ready)) {
      for (const diagnostic of ready.warnings ?? []) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
      return without(ready.why);
    }
    const kept = ready.inputs === undefined ? undefined : { [stage.name]: journal.find(id, ready.inputs) };
    // What does not look like the stage's result is not one: of another version, or damaged.
    if (kept?.[stage.name] !== undefined && z.object(stage.members).safeParse(kept).success) {
      step.outcome('hit');
      return kept;
    }
    const result = await ready.measure(step);
    if (isNotHad(result)) return without(result.why);
    if (ready.inputs !== undefined) await journal.record(id, ready.inputs, result[stage.name]);
    return result;
  });
}

const isNotHad = (one: object): one is NotHad => 'why' in one && typeof one.why === 'string';
