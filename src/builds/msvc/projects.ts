import type { PcbuildPlan, PcProject } from '../pcbuild/index.ts';
import type { BuildOptions } from '../types.ts';

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
export function chosenProjects(
  plan: Pick<PcbuildPlan, 'projects'>,
  modules: BuildOptions['modules'],
): readonly string[] {
  const wanted =
    modules === 'all'
      ? plan.projects.filter((project) => !isGenerator(project) || isNeeded(project))
      : plan.projects.filter((project) => (!project.test && !isOtherProgram(project)) || isNeeded(project));
  return wanted.map(({ name }) => name);
}
