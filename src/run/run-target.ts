import type { Interpreter } from '../bench/types.ts';
import { driverOf } from '../builds/drivers.ts';
import type { BuildResult } from '../builds/types.ts';
import type { Checkout } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { runStep } from '../system/events.ts';
import { type Runner, runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import type { RunFolder } from './folder.ts';
import type { Journal } from './journal.ts';
import type { Ported } from './port.ts';
import { type RunRequest, variantsOf } from './request.ts';
import { buildVariants, conditionsDiffer } from './stages/build.ts';
import { measureStage } from './stages/measure.ts';
import { isWanted, type Stage, whyNot } from './stages/stage.ts';
import type { TargetResult } from './types.ts';

const ONE_LAYOUT =
  'all pairs are measured in one layout of the code, not pinned to a processor: a verdict on a single test may be the linker’s';

export interface TargetRun extends Ported {
  readonly target: TargetDescriptor;
  readonly checkout: Checkout;
  readonly request: RunRequest;
  readonly folder: RunFolder;
  readonly journal: Journal;
  readonly stages: readonly Stage[];
  /** Called with what is known so far, after each stage. */
  readonly update: (result: TargetResult) => Promise<void>;
  readonly timed: <T>(name: string, body: () => Promise<T>) => Promise<T>;
  readonly ctx: Context;
}

/** Builds the variants for one target, and does the stages that are wanted. */
export async function runTarget(run: TargetRun): Promise<void> {
  const { target, checkout, patches, request, folder, journal, stages, update, timed, ctx } = run;
  if (run.problems.length > 0) return update(notPorted(run));
  const requests = variantsOf(request).map((variant) => ({
    variant,
    checkout,
    patches: variant === 'patched' ? [...run.ports, ...patches] : run.ports,
    target,
    options: request.build,
  }));
  const outcomes = await timed(`${target.name}/build`, () => buildVariants(requests, target, folder.logs, ctx));
  const built = outcomes.filter((outcome) => outcome.ok);
  const failed = outcomes.filter((outcome) => !outcome.ok);
  const way = await driverOf(target).way?.(target, ctx);
  let result: TargetResult = {
    target: target.name,
    title: target.title,
    builds: built.map(({ variant, hit, build }) => ({ variant, hit, build })),
    conditionsDiffer: conditionsDiffer(built, patches),
    buildFailure: failed.length === 0 ? undefined : failed.flatMap(({ failure }) => failure.diagnostics),
    limits: [...target.limits, ...notDone(run)],
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
  const interpreters = built.map((one) => interpreterOf(one, runner));
  const inputs = { target, checkout, patches, request, folder, built, interpreters, ctx };
  for (const stage of stages.filter((one) => isWanted(one, request))) {
    const id = `${target.name}/${stage.name}`;
    result = { ...result, ...(await timed(id, () => measureStage(stage, inputs, journal))) };
    await update(result);
  }
}

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
function notDone({ target, request, stages }: TargetRun): readonly string[] {
  return stages.flatMap((stage) => {
    if (stage.limit === undefined || !(request.stages as readonly string[]).includes(stage.name)) return [];
    const why = whyNot(stage, target);
    return why === undefined ? [] : [`${stage.limit}: ${why}`];
  });
}

function notPorted({ target, problems, record, ctx }: TargetRun): TargetResult {
  for (const diagnostic of problems) ctx.emit({ type: 'diagnostic', severity: 'error', diagnostic });
  const { name, title, limits } = target;
  return { target: name, title, builds: [], conditionsDiffer: [], buildFailure: problems, limits, ports: record };
}
