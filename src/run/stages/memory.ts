import { MEMORY_REPEATS } from '../../bench/memory/figures.ts';
import { memorySchema } from '../../bench/memory/types.ts';
import { runnerFor } from '../../targets/runner.ts';
import { countedBy } from './memory-counter.ts';
import { compared, stage } from './stage.ts';

/** What the started interpreters hold in memory: some ten seconds. */
export const memory = stage({
  name: 'memory',
  title: 'Start-up memory',
  bench: true,
  limit: 'memory was not measured',
  members: { memory: memorySchema.optional() },
  async prepare(inputs) {
    const { id, target, interpreters, ctx } = inputs;
    const { measureStartupMemory } = await import('../../bench/memory/measure.ts');
    const sides = compared(interpreters);
    const runner = runnerFor(target);
    const notSeen = runner.hidesMemory;
    const counted = await countedBy(inputs, runner);
    const { counter } = counted;
    return {
      inputs: { repeats: MEMORY_REPEATS, counter, builds: sides.map(({ variant, buildKey }) => [variant, buildKey]) },
      async measure() {
        const hidden = notSeen === undefined ? {} : { notResident: `resident pages: ${notSeen}` };
        const asked = { interpreters: sides, ...counted, ...hidden, ctx, parent: id };
        return { memory: await measureStartupMemory(asked) };
      },
    };
  },
});
