import { z } from 'zod';
import { importsSchema } from '../../bench/imports.ts';
import { runnerFor } from '../../targets/runner.ts';
import { compared, keysOf, stage } from './stage.ts';

/** With `--suite startup`: which imports moved. */
export const imports = stage({
  name: 'imports',
  title: 'Imports at start-up',
  bench: true,
  wanted: ({ bench }) => bench.suite === 'startup',
  cannot(target) {
    const { remote, byHand } = runnerFor(target);
    return remote || byHand ? 'its interpreters do not run on this machine' : undefined;
  },
  members: { imports: importsSchema.optional(), importsSkipped: z.string().optional() },
  async prepare({ interpreters, request, ctx }) {
    const { measureImports } = await import('../../bench/imports.ts');
    const sides = compared(interpreters);
    const old = sides.find(({ pythonVersion }) => /^(2\.|3\.[0-6]\.)/.test(pythonVersion));
    if (old !== undefined) return { why: `CPython ${old.pythonVersion} has no -X importtime, which came with 3.7` };
    const { pairs, seed } = request.bench;
    return {
      inputs: { pairs, seed, builds: keysOf(sides) },
      async measure(step) {
        const result = await measureImports({ interpreters: sides, pairs, seed, ctx, step });
        return typeof result === 'string' ? { why: result } : { imports: result };
      },
    };
  },
});
