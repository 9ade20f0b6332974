import { type Counter, preloadCounter } from '../bench/memory/counter.ts';
import { linkedCounter } from '../bench/memory/linked.ts';
import { MEMORY_REPEATS, measureStartupMemory } from '../bench/memory/measure.ts';
import type { WithEnvironment } from '../bench/memory/process.ts';
import type { StartupMemory } from '../bench/memory/types.ts';
import type { Interpreter } from '../bench/types.ts';
import type { BuildResult } from '../build/types.ts';
import { runStep } from '../system/events.ts';
import { type Runner, runnerFor } from '../target/runner.ts';
import { findToolchain } from '../target/toolchain.ts';
import type { TargetStage } from './target-stage.ts';
import type { TargetResult } from './types.ts';

/** Measures what the started interpreters hold in memory: some ten seconds. */
export async function measureTargetMemory(
  stage: TargetStage,
  interpreters: readonly Interpreter[],
  built: readonly BuildResult[],
): Promise<Pick<TargetResult, 'memory'>> {
  const { target, journal, ctx } = stage;
  const id = `${target.name}/memory`;
  return runStep(ctx.emit, { id, title: `Start-up memory on ${target.name}` }, async (step) => {
    const sides = interpreters.filter(({ variant }) => variant !== 'control');
    const runner = runnerFor(target);
    const counter = await counterFor(
      stage,
      runner,
      built.filter(({ variant }) => sides.some((side) => side.variant === variant)),
    );
    const inputs = {
      repeats: MEMORY_REPEATS,
      counter,
      builds: sides.map(({ variant, buildKey }) => [variant, buildKey]),
    };
    const known = journal.find(id, inputs);
    if (known !== undefined) {
      step.outcome('hit');
      return { memory: known as StartupMemory };
    }
    const memory = await measureStartupMemory({
      interpreters: sides,
      counter,
      withEnvironment: throughRunner(runner, built),
      ...(runner.emulated ? { notResident: 'what the system sees under an emulator is the emulator’s memory' } : {}),
      ctx,
      parent: id,
    });
    await journal.record(id, inputs, memory);
    return { memory };
  });
}

/** One that is preloaded, or where that cannot be (static interpreters, consoles) one that is linked in; or why neither. */
async function counterFor(
  { target, ctx }: TargetStage,
  runner: Runner,
  built: readonly BuildResult[],
): Promise<Counter | string> {
  if (runner.remote) return `interpreters for ${target.name} do not run on this machine`;
  const toolchain = await findToolchain(target, ctx);
  const preloaded = await preloadCounter(toolchain, ctx);
  if (typeof preloaded !== 'string') return preloaded;
  const programs: Partial<Record<BuildResult['variant'], Pick<Interpreter, 'command' | 'env'>>> = {};
  for (const { variant, build } of built) {
    const linked = await linkedCounter(build, toolchain, ctx);
    if (linked.file === undefined) return `${preloaded}, and ${linked.why}`;
    const args = ['--program', build.wrapper ?? build.python];
    const { file, args: rest, env } = runner.command({ python: linked.file }, args);
    programs[variant] = { command: [file, ...rest], env };
  }
  return { programs };
}

/** Variables on the way that they take to an interpreter: what a loader obeys must not reach the emulator’s own. */
function throughRunner(runner: Runner, built: readonly BuildResult[]): WithEnvironment {
  return ({ variant }, variables) => {
    const found = built.find((one) => one.variant === variant);
    if (found === undefined) throw new Error(`no ${variant} build`);
    const { LD_PRELOAD, ...env } = variables;
    const loaderEnv = LD_PRELOAD === undefined ? {} : { LD_PRELOAD };
    const { file, args, env: whole } = runner.command(found.build, [], { env, loaderEnv });
    return { command: [file, ...args], env: whole };
  };
}
