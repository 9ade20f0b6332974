import type { Runner } from '../runner.ts';
import type { Measurement, TargetDescriptor } from '../types.ts';

/** The command that packs a run for a machine that cannot be reached. */
export const bundleCommand = (target: string, run = 'RUN'): string => `forkwright bundle ${run} --target ${target}`;

/** A person runs it elsewhere: nothing is started from here. */
export const manualRunner: Runner = {
  kind: 'manual',
  emulated: false,
  remote: true,
  children: false,
  slowdown: 1,
  // A session names its interpreters before it is known what is measured of them.
  command: (build, args) => ({ file: build.python, args, env: {} }),
  path: (local) => local,
};

/** Why a stage cannot be had of a target that a person runs, and what brings it. */
export function needsBundle({ name }: Pick<TargetDescriptor, 'name'>, what: Measurement): string | undefined {
  switch (what) {
    case 'size':
      return undefined;
    case 'speed':
    case 'memory':
      return `needs a bundle: ${bundleCommand(name)}`;
    case 'tests':
    case 'growth':
    case 'instructions':
      return `its interpreters are run by hand, elsewhere; a bundle (${bundleCommand(name)}) measures speed and start-up memory alone`;
  }
}
