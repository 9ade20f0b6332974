import path from 'node:path';
import { compare, type Declared } from '../../bench/comparison/compare.ts';
import { measureSamples } from '../../bench/measure.ts';
import { findPybench } from '../../bench/pybench/find.ts';
import { type Converter, pinPybench } from '../../bench/pybench/pin.ts';
import type { Interpreter, PybenchCopy, Suite } from '../../bench/types.ts';
import { findBuild } from '../../builds/store.ts';
import type { Build, BuildResult } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep, type Step } from '../../system/events.ts';
import { toPosix } from '../../system/paths.ts';
import { runnerFor } from '../../targets/runner.ts';
import { inLayouts } from '../layouts.ts';
import { pybenchSources } from '../pybench-sources.ts';
import type { RunRequest } from '../request.ts';
import type { TargetStage } from '../target-stage.ts';
import type { TargetResult } from '../types.ts';

/**
 * Runs pybench, or what was asked for in its place, on the built interpreters in pairs. What keeps pybench from being
 * measured at all (there is none to be had) is a row of the report, not the end of the run: everything else about the change is known by then.
 */
export async function measureTargetSpeed(
  stage: TargetStage,
  interpreters: readonly Interpreter[],
  built: readonly BuildResult[],
): Promise<Pick<TargetResult, 'speed' | 'bench' | 'speedSkipped'>> {
  const { target, request, patches, folder, ctx } = stage;
  return runStep(
    ctx.emit,
    { id: `${target.name}/speed`, title: `${suiteName(request)} on ${target.name}` },
    async (step) => {
      let suite: Suite;
      try {
        suite = await suiteFor(stage, built);
      } catch (error) {
        const asked = request.bench.pybench !== undefined;
        if (!(error instanceof UserError) || asked) throw error;
        for (const diagnostic of error.diagnostics) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
        step.outcome('skipped');
        return { speedSkipped: error.message };
      }
      // Only what the samples depend on: a session goes on where all of its settings are the same.
      const { pybench: _, suite: __, control: ___, instructions: ____, ...settings } = request.bench;
      const samplesFile = folder.samples(target.name);
      const sorted = [...interpreters].sort((a, b) => order(a) - order(b));
      // To another machine, one interpreter a variant is copied.
      const inOrders = request.bench.layouts !== undefined && !runnerFor(target).remote;
      const lines = await measureSamples({
        interpreters: inOrders ? await linkedInOrders(stage, sorted, built, step) : sorted,
        suite,
        settings,
        samplesFile,
        ctx,
        step,
      });
      const speed = compare(lines, declaredBy(patches));
      const header = lines.find((line) => line.type === 'header');
      if (header === undefined) throw new Error(`no header in ${samplesFile}`);
      step.note(
        `${speed.pairs} pair${speed.pairs === 1 ? '' : 's'}, ${speed.tests.length} test${speed.tests.length === 1 ? '' : 's'}`,
      );
      return { speed, bench: { header, samples: toPosix(path.relative(folder.dir, samplesFile)) } };
    },
  );
}

/** What the speed is measured by, for a reader. */
export function suiteName({ bench: { suite } }: RunRequest): string {
  if (suite === undefined) return 'pybench';
  return suite === 'startup' ? 'Start-up time' : 'Own benchmarks';
}

async function suiteFor(stage: TargetStage, built: readonly BuildResult[]): Promise<Suite> {
  const { suite } = stage.request.bench;
  if (suite === undefined) return { kind: 'pybench', copy: await pybenchFor(stage, built) };
  return suite === 'startup' ? { kind: 'startup' } : { kind: 'files', files: suite };
}

/** The interpreters with a layout for each pair; those that are there already are not linked again. */
async function linkedInOrders(
  { target, request, ctx }: TargetStage,
  interpreters: readonly Interpreter[],
  built: readonly BuildResult[],
  step: Pick<Step, 'progress'>,
): Promise<readonly Interpreter[]> {
  const sides = interpreters.map((interpreter) => {
    const found = built.find(({ variant }) => variant === interpreter.variant);
    if (found === undefined) throw new Error(`no ${interpreter.variant} build`);
    return { interpreter, build: found.build };
  });
  return inLayouts(sides, target, request.bench.pairs, ['control'], ctx, step);
}

/** What the recipes said beforehand; a test that one expects faster and another slower is not declared at all. */
export function declaredBy(patches: readonly Pick<TargetStage['patches'][number], 'expect'>[]): Declared {
  const declared = new Map<string, 'faster' | 'slower'>();
  const contested = new Set<string>();
  for (const { expect } of patches) {
    for (const direction of ['faster', 'slower'] as const) {
      for (const test of expect[direction]) {
        if ((declared.get(test) ?? direction) !== direction) contested.add(test);
        declared.set(test, direction);
      }
    }
  }
  return Object.fromEntries([...declared].filter(([test]) => !contested.has(test)));
}

const order = ({ variant }: Interpreter): number => ['baseline', 'patched', 'control'].indexOf(variant);

/** The one copy of pybench that all variants run; converted by lib2to3 of the baseline's version where that is needed. */
export async function pybenchFor(
  { checkout, request, ctx }: Pick<TargetStage, 'checkout' | 'request' | 'ctx'>,
  built: readonly BuildResult[],
): Promise<PybenchCopy> {
  const found = await findPybench({
    checkout,
    folder: request.bench.pybench,
    providers: pybenchSources(checkout, ctx),
  });
  const converters = built.filter(({ variant }) => variant === 'baseline').map(({ build }) => convertersOf(build, ctx));
  return pinPybench(found, path.join(ctx.cacheDir, 'pybench'), (await Promise.all(converters)).flat(), ctx);
}

/** The interpreter itself; for another machine's first the one that its build was made with, which runs here. */
export async function convertersOf(
  { python, wrapper, env, inputs: { buildPython } }: Pick<Build, 'python' | 'wrapper' | 'env' | 'inputs'>,
  ctx: Context,
): Promise<readonly Converter[]> {
  const here = typeof buildPython === 'string' ? await findBuild(buildPython, ctx) : undefined;
  return [
    ...(here === undefined ? [] : [{ command: [here.python], env: here.env }]),
    { command: [wrapper ?? python], env },
  ];
}
