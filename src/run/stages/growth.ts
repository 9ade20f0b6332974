import { growthSchema } from '../../bench/types.ts';
import { runnerFor } from '../../targets/runner.ts';
import { countedBy } from './memory-counter.ts';
import { compared, keysOf, stage } from './stage.ts';

/** The experiment's number (facts: 20,000 one-shot functions). */
const FUNCTIONS = 20_000;

export const growth = stage({
  name: 'growth',
  title: 'Memory growth',
  bench: true,
  limit: 'growth was not measured',
  members: { growth: growthSchema.optional() },
  async prepare(inputs) {
    const { id, target, interpreters, once, ctx } = inputs;
    const sides = compared(interpreters);
    const runner = runnerFor(target);
    const isCounted = runner.hidesMemory !== undefined;
    return {
      inputs: { functions: FUNCTIONS, counted: isCounted, builds: keysOf(sides) },
      async measure() {
        const { measureGrowth } = await import('../../bench/growth.ts');
        const counted = isCounted ? { counted: await countedBy(inputs, runner) } : {};
        const asked = { interpreters: sides, functions: FUNCTIONS, ...counted, once, ctx, parent: id };
        return { growth: await measureGrowth(asked) };
      },
    };
  },
});
