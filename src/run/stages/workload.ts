import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { workloadSchema } from '../../bench/workload/types.ts';
import { assetPath } from '../../system/assets.ts';
import { fingerprint } from '../../system/hash.ts';
import { runnerFor } from '../../targets/runner.ts';
import { findBinutils } from '../../targets/toolchain.ts';
import { findProgram, searchFolders } from '../../targets/tools.ts';
import { countedBy } from './memory-counter.ts';
import { compared, keysOf, stage } from './stage.ts';

/** What a program of the user's takes of memory on both: he names it on his own command line, and it is run as he would. */
export const workload = stage({
  name: 'workload',
  title: 'Memory under load',
  bench: true,
  wanted: ({ workload: wanted }) => wanted !== undefined,
  cannot(target) {
    const { hidesMemory, remote, byHand } = runnerFor(target);
    if (byHand || remote) return 'its interpreters do not run on this machine';
    return hidesMemory && `resident pages: ${hidesMemory}`;
  },
  members: { workload: workloadSchema.optional() },
  limit: 'memory under load was not measured',
  async prepare(inputs) {
    const { target, interpreters, request, ctx } = inputs;
    const { workload: asked } = request;
    if (asked === undefined) throw new Error('no workload is asked for');
    const { measureWorkload, WORKLOAD_PAIRS } = await import('../../bench/workload/measure.ts');
    const { counter } = await countedBy(inputs, runnerFor(target));
    const preloaded =
      typeof counter === 'string' || 'file' in counter
        ? counter
        : 'the counter is linked into static interpreters, and runs no program';
    const nm = (await findBinutils(target, ctx)).nm ?? (await findProgram('llvm-nm', searchFolders(ctx)));
    const sides = compared(interpreters);
    const sources = await Promise.all(
      [asked.program, assetPath('bench/workload.py')].map((file) => readFile(file, 'latin1')),
    );
    return {
      inputs: {
        asked,
        program: fingerprint(sources),
        pairs: WORKLOAD_PAIRS,
        counter: preloaded,
        builds: keysOf(sides),
      },
      async measure(step) {
        const job = { interpreters: sides, request: asked, counter: preloaded, nm, ctx, step };
        const result = await measureWorkload(job);
        step.note(`${path.basename(asked.program)}, ${result.pairs} pairs`);
        return { workload: result };
      },
    };
  },
});
