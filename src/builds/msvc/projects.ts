import type { CompileUnit, PcbuildPlan, PcProject } from '../pcbuild/index.ts';
import type { BuildOptions } from '../types.ts';

/** Which Visual C++ a tree is written for: what the compiler calls itself, and the C library. */
export interface VisualC {
  /** For `-fms-compatibility-version`. */
  readonly version: string;
  readonly library: 'ucrt' | 'msvcr90';
}

/**
 * What the projects of a plan ask for by their PlatformToolset. As CPython's own releases for Windows were made: 2.7 by
 * Visual C++ 2008, 3.9 by one of the 2019s.
 */
export function visualCOf({ properties }: Pick<PcbuildPlan, 'properties'>): VisualC {
  const isOld = properties.PlatformToolset === 'v90';
  return isOld ? { version: '15.00', library: 'msvcr90' } : { version: '19.28', library: 'ucrt' };
}

/** binascii has a CRC-32 of its own; from 3.11 on the projects tell it to use zlib's, whether or not zlib is there. */
const ZLIB_CRC = 'USE_ZLIB_CRC32';

/**
 * The plan without what the headers at hand have nothing for: projects in C++ where there is no C++ library (mingw-w64's
 * is for GNU's compilers alone), and zlib's CRC-32 where zlib is not there.
 * @returns `without`: projects that were left out, by name, extension modules that the interpreter will not have; `said`: a
 * line for the log about each thing that is other than in the projects.
 */
export function buildableHere(plan: PcbuildPlan, { kind }: { readonly kind: 'mingw' | 'sdk' }) {
  const said: string[] = [];
  const without: string[] = [];
  const possible = ({ name, units }: PcProject): boolean => {
    if (kind === 'sdk' || !units.some(({ language }) => language !== 'c')) return true;
    without.push(name);
    said.push(`${name}: left out, for it is C++, and its library's headers are Microsoft's alone`);
    return false;
  };
  const withoutCrc = (unit: CompileUnit): CompileUnit => {
    const hasZlib = unit.includes.some(({ root }) => root === 'externals');
    if (!unit.defines.includes(ZLIB_CRC) || hasZlib) return unit;
    said.push(`${unit.source.path}: compiled without ${ZLIB_CRC}, for zlib is not there`);
    return { ...unit, defines: unit.defines.filter((define) => define !== ZLIB_CRC) };
  };
  const projects = plan.projects
    .filter(possible)
    .map((project) => ({ ...project, units: project.units.map(withoutCrc) }));
  return { plan: { ...plan, projects }, without, said };
}

/** Programs beside the interpreter: launchers, and those that only CPython's own makers run. */
const isOtherProgram = ({ link, name }: PcProject): boolean => link.kind === 'exe' && name !== 'python';

/** What makes sources: needed where the tree has them not (3.11 on), and by itself of no use to anybody. */
const isGenerator = ({ name }: PcProject): boolean => name.startsWith('_freeze');
const isNeeded = (project: PcProject): boolean =>
  isGenerator(project) && project.steps.some(({ kind }) => kind === 'run' || kind === 'python');

/**
 * Which of a plan's projects are built. `core`: the interpreter and the extension modules of the standard library, which
 * for Windows are a file or two each. `all`: also the tests' own modules and the other programs.
 */
export function chosenProjects(plan: Pick<PcbuildPlan, 'projects'>, modules: BuildOptions['modules']) {
  const isWanted = (project: PcProject) =>
    modules === 'all' ? !isGenerator(project) : !project.test && !isOtherProgram(project);
  return plan.projects.filter((project) => isWanted(project) || isNeeded(project)).map(({ name }) => name);
}
