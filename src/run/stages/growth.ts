import { growthSchema } from '../../bench/types.ts';
import { runnerFor } from '../../targets/runner.ts';
import { counterFor, throughRunner } from './memory-counter.ts';
import { compared, keysOf, stage } from './stage.ts';

/** The experiment's number (facts: 20,000 one-shot functions). */
const FUNCTIONS = 20_000;

/** What functions that are called once leave behind. */
export const growth = stage({
  name: 'growth',
  title: 'Memory growth',
  bench: true,
  limit: 'growth was not measured',
  members: { growth: growthSchema.optional() },
  async prepare({ id, target, built, interpreters, ctx }) {
    const sides = compared(interpreters);
    const runner = runnerFor(target);
    const isCounted = runner.hidesMemory !== undefined;
    return {
      inputs: { functions: FUNCTIONS, counted: isCounted, builds: keysOf(sides) },
      async measure() {
        const { measureGrowth } = await import('../../bench/growth.ts');
        const counted = async () => ({
          counter: await counterFor(target, runner, compared(built), ctx),
          withEnvironment: throughRunner(runner, built),
        });
        const growth = await measureGrowth({
          interpreters: sides,
          functions: FUNCTIONS,
          ...(isCounted ? { counted: await counted() } : {}),
          ctx,
          parent: id,
        });
        return { growth };
      },
    };
  },
});
