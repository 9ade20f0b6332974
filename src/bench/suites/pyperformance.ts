import path from 'node:path';
import { pyperfSuite } from './pyperf-plan.ts';
import type { Suite } from './suite.ts';

/** CPython's benchmarks of whole programs, from 3.7 on; all, or those that `--suite pyperformance:regex,nbody` selects. */
export const pyperformance: Suite = {
  name: 'pyperformance',
  title: 'pyperformance',
  words: 'pyperformance',
  selects: true,
  async prepare({ ctx, selection, pyperformance: folder }) {
    const { selectBenchmarks } = await import('../pyperformance/manifest.ts');
    const { readPyperformance } = await import('../pyperformance/read.ts');
    const { obtainPyperformance } = await import('../../checkout/index.ts');
    const root = folder ?? (await obtainPyperformance(ctx)).folder;
    const read = await readPyperformance(path.resolve(root));
    const chosen = selectBenchmarks(read.benchmarks, read.groups, selection);
    const pins = {
      pyperformance: `${read.version}, ${read.sha256.slice(0, 16)}`,
      ...(selection === undefined ? {} : { 'pyperformance selection': selection }),
    };
    return pyperfSuite('pyperformance', chosen, { pins }, ctx.cacheDir);
  },
  pack: {
    message: 'pyperformance is not packed into a bundle: its benchmarks are processes of an interpreter that is here',
    hint: 'make a run with pybench or with scripts of your own (--suite FILE.py), and bundle that',
  },
};
