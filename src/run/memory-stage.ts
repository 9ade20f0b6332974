import { preloadCounter } from '../bench/memory/counter.ts';
import { MEMORY_REPEATS, measureStartupMemory } from '../bench/memory/measure.ts';
import type { StartupMemory } from '../bench/memory/types.ts';
import type { Interpreter } from '../bench/types.ts';
import { runStep } from '../system/events.ts';
import { findToolchain } from '../target/toolchain.ts';
import type { TargetStage } from './target-stage.ts';
import type { TargetResult } from './types.ts';

/** Measures what the started interpreters hold in memory: some ten seconds. */
export async function measureTargetMemory(
  stage: TargetStage,
  interpreters: readonly Interpreter[],
): Promise<Pick<TargetResult, 'memory'>> {
  const { target, journal, ctx } = stage;
  const id = `${target.name}/memory`;
  return runStep(ctx.emit, { id, title: `Start-up memory on ${target.name}` }, async (step) => {
    const sides = interpreters.filter(({ variant }) => variant !== 'control');
    const native = target.run.runner === 'native';
    const counter = native
      ? await preloadCounter(await findToolchain(target, ctx), ctx)
      : `interpreters for ${target.name} do not run natively`;
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
    const memory = await measureStartupMemory({ interpreters: sides, counter, resident: native, ctx, parent: id });
    await journal.record(id, inputs, memory);
    return { memory };
  });
}
