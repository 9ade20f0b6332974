import { findCounter } from '../../bench/instructions/find.ts';
import { DIVISOR, LAYOUTS, measureInstructions } from '../../bench/instructions/measure.ts';
import type { Emulator } from '../../bench/instructions/qemu.ts';
import type { InstructionComparison } from '../../bench/instructions/types.ts';
import type { Interpreter, PybenchCopy } from '../../bench/types.ts';
import type { BuildResult } from '../../builds/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runStep } from '../../system/events.ts';
import { runnerFor } from '../../targets/runner.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import type { TargetStage } from '../target-stage.ts';
import type { TargetResult } from '../types.ts';
import { declaredBy, pybenchFor } from './speed.ts';

/**
 * Counts the instructions of pybench on both interpreters. What cannot be had here, a counter or a pybench, is told in
 * the report; it ends the run only when it was asked for by name.
 */
export async function countTargetInstructions(
  stage: TargetStage,
  interpreters: readonly Interpreter[],
  built: readonly BuildResult[],
): Promise<Pick<TargetResult, 'instructions' | 'instructionsSkipped'>> {
  const { target, request, patches, journal, ctx } = stage;
  const wanted = request.bench.instructions;
  const id = `${target.name}/instructions`;
  return runStep(ctx.emit, { id, title: `Instructions on ${target.name}` }, async (step) => {
    const skip = (error: UserError) => {
      for (const diagnostic of error.diagnostics) ctx.emit({ type: 'diagnostic', severity: 'warning', diagnostic });
      step.outcome('skipped');
      const [{ message, hint } = { message: error.message, hint: undefined }] = error.diagnostics;
      return { instructionsSkipped: hint === undefined ? message : `${message}; ${hint}` };
    };
    if (wanted === 'off') throw new Error('instructions are not asked for');
    const where = counterPlace(target, built);
    if (typeof where === 'string') {
      step.outcome('skipped');
      return { instructionsSkipped: where };
    }
    const found = await findCounter(wanted, ctx, where.emulator);
    if (found.counter === undefined) {
      const error = new UserError({ code: 'bench/no-counter', message: found.why, hint: found.hint });
      if (wanted !== 'auto') throw error;
      return skip(error);
    }
    let pybench: PybenchCopy;
    try {
      pybench = await pybenchFor(stage, built);
    } catch (error) {
      if (!(error instanceof UserError) || request.bench.pybench !== undefined) throw error;
      return skip(error);
    }
    const sides = {
      baseline: interpreterOf(interpreters, 'baseline'),
      patched: interpreterOf(interpreters, 'patched'),
    };
    const inputs = {
      method: found.counter.method,
      layouts: LAYOUTS,
      divisor: DIVISOR,
      tests: request.bench.tests,
      pybench: pybench.sha256,
      builds: [sides.baseline.buildKey, sides.patched.buildKey],
    };
    const known = journal.find(id, inputs);
    if (known !== undefined) {
      step.outcome('hit');
      return { instructions: known as InstructionComparison };
    }
    const instructions = await measureInstructions({
      ...sides,
      pybench,
      counter: found.counter,
      tests: request.bench.tests,
      declared: declaredBy(patches),
      ctx,
      step,
    });
    await journal.record(id, inputs, instructions);
    step.note(`${found.counter.name}, ${instructions.tests.length} tests`);
    return { instructions };
  });
}

function interpreterOf(interpreters: readonly Interpreter[], variant: Interpreter['variant']): Interpreter {
  const found = interpreters.find((one) => one.variant === variant);
  if (found === undefined) throw new Error(`no ${variant} interpreter`);
  return found;
}

/** Where the counter of a target's interpreters has its place: on this machine, or in the emulator; or why nowhere. */
function counterPlace(
  target: TargetDescriptor,
  built: readonly BuildResult[],
): { readonly emulator?: Emulator | undefined } | string {
  const runner = runnerFor(target);
  const { counts } = runner;
  if (counts === undefined)
    return `interpreters for ${target.name} run neither on this machine nor under an emulator that counts`;
  if (counts.emulator === undefined) return {};
  const command: Emulator['command'] = ({ variant }, emulatorArgs) => {
    const found = built.find((one) => one.variant === variant);
    if (found === undefined) throw new Error(`no ${variant} build`);
    const { file, args } = runner.command(found.build, [], { emulatorArgs });
    return [file, ...args];
  };
  return { emulator: { program: counts.emulator, command } };
}
