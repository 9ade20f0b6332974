import { z } from 'zod';
import type { Emulator } from '../../bench/instructions/qemu.ts';
import { instructionsSchema } from '../../bench/instructions/types.ts';
import { suiteInputs } from '../../bench/suites/list.ts';
import type { PybenchCopy } from '../../bench/types.ts';
import type { BuildResult } from '../../builds/types.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runnerFor } from '../../targets/runner.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import { declaredBy } from '../declared.ts';
import { ownStart } from '../own-start.ts';
import { ofVariant, stage } from './stage.ts';

/**
 * Counts the instructions of pybench on both interpreters. What cannot be had here, a counter or a pybench, is told in
 * the report; it ends the run only when it was asked for by name.
 */
export const instructions = stage({
  name: 'instructions',
  title: 'Instructions',
  bench: true,
  wanted: ({ bench }) => bench.instructions !== 'off',
  members: { instructions: instructionsSchema.optional(), instructionsSkipped: z.string().optional() },
  async prepare({ target, checkout, request, patches, built, interpreters, once, ctx }) {
    const { DIVISOR, LAYOUTS, measureInstructions } = await import('../../bench/instructions/measure.ts');
    const { findCounter } = await import('../../bench/instructions/find.ts');
    const { pybenchCopy } = await import('../../bench/pybench/pin.ts');
    const { instructions: wanted, tests } = request.bench;
    if (wanted === 'off') throw new Error('instructions are not asked for');
    const place = counterPlace(target, built);
    if (typeof place === 'string') return { why: place };
    const found = await findCounter(wanted, ctx, place.emulator);
    if (found.counter === undefined) {
      const error = new UserError({ code: 'bench/no-counter', message: found.why, hint: found.hint });
      if (wanted !== 'auto') throw error;
      return skipped(error);
    }
    const { counter } = found;
    const baseline = ofVariant(interpreters, 'baseline');
    const patched = ofVariant(interpreters, 'patched');
    let pybench: PybenchCopy;
    try {
      const { build } = ofVariant(built, 'baseline');
      pybench = await pybenchCopy(suiteInputs(request.bench, { checkout, baseline: build, ctx }));
    } catch (error) {
      if (!(error instanceof UserError) || request.bench.pybench !== undefined) throw error;
      return skipped(error);
    }
    const builds = [baseline.buildKey, patched.buildKey];
    return {
      inputs: { method: counter.method, layouts: LAYOUTS, divisor: DIVISOR, tests, pybench: pybench.sha256, builds },
      async measure(step) {
        const declared = declaredBy(patches);
        const instructions = await measureInstructions({
          ...{ baseline, patched, pybench, counter, tests, declared, once, ctx, step },
        });
        step.note(`${counter.name}, ${instructions.tests.length} tests`);
        return { instructions };
      },
    };
  },
});

function skipped(error: UserError) {
  const [{ message, hint } = { message: error.message, hint: undefined }] = error.diagnostics;
  return { why: hint === undefined ? message : `${message}; ${hint}`, warnings: error.diagnostics };
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
  const command: Emulator['command'] = (interpreter, emulatorArgs) => {
    const { build } = ofVariant(built, interpreter.variant);
    const own = ownStart(interpreter, build, runner);
    const { file, args } = runner.command(build, [], { emulatorArgs, env: own.env });
    return [file, ...args, ...own.args];
  };
  return { emulator: { program: counts.emulator, command } };
}
