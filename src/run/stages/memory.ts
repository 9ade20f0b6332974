import { memorySchema } from '../../bench/memory/types.ts';
import { runnerFor } from '../../targets/runner.ts';
import { counterFor, throughRunner } from './memory-counter.ts';
import { compared, stage } from './stage.ts';

/** What the started interpreters hold in memory: some ten seconds. */
export const memory = stage({
  name: 'memory',
  title: 'Start-up memory',
  bench: true,
  limit: 'memory was not measured',
  members: { memory: memorySchema.optional() },
  async prepare({ id, target, built, interpreters, ctx }) {
    const { MEMORY_REPEATS, measureStartupMemory } = await import('../../bench/memory/measure.ts');
    const sides = compared(interpreters);
    const runner = runnerFor(target);
    const notSeen = runner.hidesMemory;
    const counter = await counterFor(target, runner, compared(built), ctx);
    return {
      inputs: { repeats: MEMORY_REPEATS, counter, builds: sides.map(({ variant, buildKey }) => [variant, buildKey]) },
      async measure() {
        const memory = await measureStartupMemory({
          interpreters: sides,
          counter,
          withEnvironment: throughRunner(runner, built),
          ...(notSeen === undefined ? {} : { notResident: `resident pages: ${notSeen}` }),
          ctx,
          parent: id,
        });
        return { memory };
      },
    };
  },
});
