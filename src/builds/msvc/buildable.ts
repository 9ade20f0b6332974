import type { CompileUnit, PcbuildPlan, PcProject } from '../pcbuild/index.ts';
import type { Sysroot } from './sysroot.ts';

/** What of a plan can be built here. */
export interface Buildable {
  readonly plan: PcbuildPlan;
  /** Projects that were left out, by name: extension modules that the interpreter will not have. */
  readonly without: readonly string[];
  /** A line for the log about each thing that is other than in the projects. */
  readonly said: readonly string[];
}

/** binascii has a CRC-32 of its own; from 3.11 on the projects tell it to use zlib's, whether or not zlib is there. */
const ZLIB_CRC = 'USE_ZLIB_CRC32';

const hasZlib = ({ includes }: CompileUnit): boolean => includes.some(({ root }) => root === 'externals');

/**
 * The plan without what the headers at hand have nothing for: projects in C++ where there is no C++ library (mingw-w64's
 * is for GNU's compilers alone), and zlib's CRC-32 where zlib is not there.
 */
export function buildableHere(plan: PcbuildPlan, { kind }: Pick<Sysroot, 'kind'>): Buildable {
  const said: string[] = [];
  const without: string[] = [];
  const possible = ({ name, units }: PcProject): boolean => {
    if (kind === 'sdk' || !units.some(({ language }) => language !== 'c')) return true;
    without.push(name);
    said.push(`${name}: left out, for it is C++, and its library's headers are Microsoft's alone`);
    return false;
  };
  const withoutCrc = (unit: CompileUnit): CompileUnit => {
    if (!unit.defines.includes(ZLIB_CRC) || hasZlib(unit)) return unit;
    said.push(`${unit.source.path}: compiled without ${ZLIB_CRC}, for zlib is not there`);
    return { ...unit, defines: unit.defines.filter((define) => define !== ZLIB_CRC) };
  };
  const projects = plan.projects
    .filter(possible)
    .map((project) => ({ ...project, units: project.units.map(withoutCrc) }));
  return { plan: { ...plan, projects }, without, said };
}
