import type { RunDescriptor } from '../types.ts';
import type { Runner } from './types.ts';

type Manual = Extract<RunDescriptor, { runner: 'manual' }>;

/** The command that packs a run for a machine that cannot be reached. */
export const bundleCommand = (target: string, run = 'RUN'): string => `forkwright bundle ${run} --target ${target}`;

/** A person runs it elsewhere: nothing is started from here. */
export function manualRunner({ how }: Manual): Runner {
  return {
    words: how ?? 'by hand, on a machine that cannot be reached from here',
    emulated: false,
    remote: true,
    byHand: true,
    how,
    children: false,
    slowdown: 1,
    cannot: needsBundle,
    // A session names its interpreters before it is known what is measured of them.
    command: (build, args) => ({ file: build.python, args, env: {} }),
    path: (local) => local,
    isSame: (found, local) => found === local,
  };
}

/** Why a stage cannot be had of a target that a person runs, and what brings it. */
function needsBundle(what: string, name: string): string | undefined {
  switch (what) {
    case 'size':
      return undefined;
    case 'speed':
    case 'memory':
      return `needs a bundle: ${bundleCommand(name)}`;
    default:
      return `its interpreters are run by hand, elsewhere; a bundle (${bundleCommand(name)}) measures speed and start-up memory alone`;
  }
}
