import { type Counter, preloadCounter } from '../../bench/memory/counter.ts';
import { countedDll, linkedCounter } from '../../bench/memory/linked.ts';
import type { WithEnvironment } from '../../bench/memory/process.ts';
import type { Interpreter } from '../../bench/types.ts';
import type { BuildResult } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { factsOf } from '../../targets/drivers.ts';
import type { Runner } from '../../targets/runner.ts';
import { findToolchain } from '../../targets/toolchain.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import { ownStart } from '../own-start.ts';
import { compared, isFound, ofVariant, type StageInputs } from './stage.ts';

/** How the memory of a stage's interpreters is counted, and how variables get to them. */
export const countedBy = async ({ target, built, interpreters, ctx }: StageInputs, runner: Runner) => ({
  counter: await counterFor(target, runner, compared(built), interpreters, ctx),
  withEnvironment: throughRunner(runner, built),
});

/** One that is preloaded, or where that cannot be (static interpreters, consoles) one that is linked in; or why neither. */
async function counterFor(
  target: TargetDescriptor,
  runner: Runner,
  built: readonly BuildResult[],
  interpreters: readonly Interpreter[],
  ctx: Context,
): Promise<Counter | string> {
  if (runner.byHand) return `interpreters for ${target.name} do not run on this machine`;
  const toolchain = await toolchainFor(target, built, ctx);
  if (typeof toolchain === 'string') return toolchain;
  const byDll = factsOf(target).windows;
  const preloaded = byDll ? 'a counter cannot be preloaded' : await preloadCounter(toolchain, ctx);
  if (typeof preloaded !== 'string') return preloaded;
  const programs: Partial<Record<BuildResult['variant'], Pick<Interpreter, 'command' | 'env'>>> = {};
  for (const { variant, build } of built) {
    if (build.interpreter !== undefined)
      return `${preloaded}, and none can be linked into ${variant}, which was built elsewhere`;
    const linked = await (byDll ? countedDll(build, ctx) : linkedCounter(build, toolchain, ctx));
    if (linked.file === undefined) return `${preloaded}, and ${linked.why}`;
    const own = ownStart(ofVariant(interpreters, variant), build, runner);
    if (own.args.length > 0)
      return `${preloaded}, and a program with the counter linked in takes no options such as ${own.args.join(' ')}`;
    const args = ['--program', build.wrapper ?? build.python];
    const { file, args: rest, env } = runner.command({ python: linked.file }, args, { env: own.env });
    programs[variant] = { command: [file, ...rest], env };
  }
  return { programs };
}

/** What compiles the counter. Nothing else needs it where interpreters were built elsewhere: what it lacks is told then. */
async function toolchainFor(target: TargetDescriptor, built: readonly BuildResult[], ctx: Context) {
  try {
    return await findToolchain(target, ctx);
  } catch (error) {
    if (!(error instanceof UserError) || !isFound(built)) throw error;
    return `the counter cannot be compiled: ${error.message}`;
  }
}

/** Variables on the way that they take to an interpreter: what a loader obeys must not reach the emulator’s own. */
function throughRunner(runner: Runner, built: readonly BuildResult[]): WithEnvironment {
  return (interpreter, variables) => {
    const { build } = ofVariant(built, interpreter.variant);
    const own = ownStart(interpreter, build, runner);
    const { LD_PRELOAD, ...env } = { ...own.env, ...variables };
    const loaderEnv = LD_PRELOAD === undefined ? {} : { LD_PRELOAD };
    const { file, args, env: whole } = runner.command(build, [], { env, loaderEnv });
    return { command: [file, ...args, ...own.args], env: whole };
  };
}
