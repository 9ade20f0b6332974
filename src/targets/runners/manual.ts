import type { RunDescriptor } from '../types.ts';
import type { Runner } from './types.ts';

type Manual = Extract<RunDescriptor, { runner: 'manual' }>;

/** A person runs it elsewhere: nothing is started from here. */
export function manualRunner({ how }: Manual): Runner {
  return {
    words: how ?? 'by hand, on a machine that cannot be reached from here',
    remote: true,
    byHand: true,
    how,
    children: false,
    slowdown: 1,
    cannot: (what, name) => {
      if (what === 'size') return undefined;
      const bundle = `forkwright bundle RUN --target ${name}`;
      if (what === 'speed' || what === 'memory') return `needs a bundle: ${bundle}`;
      return `its interpreters are run by hand, elsewhere; a bundle (${bundle}) measures speed and start-up memory alone`;
    },
    // A session names its interpreters before it is known what is measured of them.
    command: (build, args) => ({ file: build.python, args, env: {} }),
    path: (local) => local,
    isSame: (found, local) => found === local,
  };
}
