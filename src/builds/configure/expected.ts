import type { PythonVersion } from '../../checkout/types.ts';
import type { BuildOptions } from '../types.ts';

/** Compile commands of a whole build, counted in the logs of 2.7.18 and 3.9.2 with all optional libraries there. */
const COUNTED: Readonly<Record<number, Readonly<Record<BuildOptions['modules'], number>>>> = {
  2: { all: 211, core: 153 },
  3: { all: 254, core: 160 },
};

/** About how many files a build compiles: for a progress row, so an estimate will do. */
export function expectedCompiles(version: Pick<PythonVersion, 'major'>, modules: BuildOptions['modules']): number {
  return (COUNTED[version.major] ?? COUNTED[3])?.[modules] ?? 250;
}
