import { MEMORY_REPEATS, measureStartupMemory } from '../../bench/memory/measure.ts';
import type { StartupMemory } from '../../bench/memory/types.ts';
import type { Interpreter } from '../../bench/types.ts';
import type { BuildResult } from '../../builds/types.ts';
import { runStep } from '../../system/events.ts';
import { runnerFor } from '../../targets/runner.ts';
import type { TargetStage } from '../target-stage.ts';
import type { TargetResult } from '../types.ts';
import { counterFor, throughRunner } from './memory-counter.ts';

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
    const notSeen = runner.hidesMemory;
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
      ...(notSeen === undefined ? {} : { notResident: `resident pages: ${notSeen}` }),
      ctx,
      parent: id,
    });
    await journal.record(id, inputs, memory);
    return { memory };
  });
}
