import type { SourceTree } from '../../checkout/index.ts';
import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { PYTHON_FOR_BUILD } from './exec-step.ts';
import { BuildFiles, FileWanted, VIRTUAL_ROOTS } from './files.ts';
import { skipWithMissing } from './missing.ts';
import { type PlannedProject, planProject } from './plan-project.ts';
import type { EvaluationInput } from './project-state.ts';
import { listedProjects } from './solution.ts';
import type { LinkLibrary, PcbuildPlan, PcProject, SkippedProject } from './types.ts';

const SOLUTION = 'PCbuild/pcbuild.proj';

/** What a build from the command line has set, and what says where the roots are. */
const GLOBALS = {
  Platform: 'x64',
  PreferredToolArchitecture: 'x64',
  SolutionDir: VIRTUAL_ROOTS.intermediate,
  Py_IntDir: VIRTUAL_ROOTS.intermediate,
  BuildPath: VIRTUAL_ROOTS.output,
  ExternalsDir: VIRTUAL_ROOTS.externals,
  PythonForBuild: PYTHON_FOR_BUILD,
};

/**
 * Reads CPython's own Windows build out of a tree: what `msbuild PCbuild\pcbuild.proj` would compile and link for x64.
 * Nothing is written and nothing is run; of this machine nothing is seen.
 * @param configuration `Release`, `Debug`.
 * @returns plain data. A project that cannot be built, or is not understood, is among the skipped ones and says why.
 * @throws UserError `pcbuild/none` when the tree has no such build; `pcbuild/not-understood`, `pcbuild/xml` when
 * pcbuild.proj itself cannot be read.
 */
export async function readPcbuild(tree: SourceTree, configuration = 'Release'): Promise<PcbuildPlan> {
  const source = await tree.list();
  const solution = source.find((file) => file.toLowerCase() === SOLUTION.toLowerCase());
  if (solution === undefined)
    throw new UserError({
      code: 'pcbuild/none',
      message: `${tree.label} has no ${SOLUTION}: there is no Windows build to read`,
      hint: 'CPython has it since 2.7.9 and 3.5, and some packagers leave PCbuild out: take the sources from python.org.',
    });
  const texts = new Map<string, string>();
  const files = new BuildFiles(source, texts);
  const input: EvaluationInput = { globals: { Configuration: configuration, ...GLOBALS }, files };
  /** Evaluates, and again each time that a file is wanted that had not been read. */
  const evaluated = async <T>(evaluate: (input: EvaluationInput) => T): Promise<T> => {
    for (;;) {
      try {
        return evaluate(input);
      } catch (error) {
        if (!(error instanceof FileWanted)) throw error;
        texts.set(error.wanted, (await tree.read(error.wanted))?.text ?? '');
      }
    }
  };
  const listed = await evaluated((input) => listedProjects(solution, input));
  const projectFiles = new Map(
    source
      .filter((file) => /^PCbuild\/[^/]+\.vcxproj$/i.test(file))
      .map((file) => [file.slice('PCbuild/'.length, -'.vcxproj'.length).toLowerCase(), file]),
  );
  const planned = new Map<string, PlannedProject>();
  const skipped = new Map<string, SkippedProject>();
  // All projects that are listed, and those that they refer to.
  const waiting = [...listed.keys()];
  for (const name of waiting) {
    if (planned.has(name) || skipped.has(name)) continue;
    const skip = (reason: SkippedProject['reason'], diagnostics: readonly Diagnostic[]) =>
      skipped.set(name, { name, reason, diagnostics });
    const file = projectFiles.get(name.toLowerCase());
    if (file === undefined) {
      skip('refused', [{ code: 'pcbuild/no-project', message: `PCbuild/${name}.vcxproj does not exist` }]);
      continue;
    }
    try {
      const outcome = await evaluated((input) => planProject(file, listed.get(name) ?? false, input));
      if ('notBuilt' in outcome) {
        const { notBuilt, place } = outcome;
        skip('other-build', [{ code: 'pcbuild/other-build', message: `${name} is left out: ${notBuilt}`, place }]);
      } else {
        planned.set(name, outcome);
        waiting.push(...outcome.project.references);
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      skip('refused', error.diagnostics);
    }
  }
  skipWithMissing(planned, skipped, files);
  const built = [...planned.values()].filter(({ project }) => !skipped.has(project.name));
  const core = planned.get('pythoncore') ?? built[0];
  return {
    configuration: `${configuration}|${GLOBALS.Platform}`,
    projects: withLibraries(ordered(built, [...listed.keys()])),
    skipped: [...skipped.values()].sort((a, b) => byCodeUnit(a.name, b.name)),
    properties: Object.fromEntries(core?.properties ?? []),
  };
}

/** Before a project come those that it refers to; otherwise the order of the lists. */
function ordered(projects: readonly PlannedProject[], listed: readonly string[]): readonly PlannedProject[] {
  const byName = new Map(projects.map((one) => [one.project.name.toLowerCase(), one]));
  const done = new Set<PlannedProject>();
  const add = (one: PlannedProject | undefined, above: readonly PlannedProject[]) => {
    if (one === undefined || done.has(one) || above.includes(one)) return;
    for (const name of one.project.references) add(byName.get(name.toLowerCase()), [...above, one]);
    done.add(one);
  };
  for (const name of listed) add(byName.get(name.toLowerCase()), []);
  for (const one of projects) add(one, []);
  return [...done];
}

/**
 * Adds to each project the libraries of those that it refers to. The core's is added always: where a project does not
 * link it, `pyconfig.h` asks for it by `#pragma comment(lib, …)`.
 */
function withLibraries(projects: readonly PlannedProject[]): readonly PcProject[] {
  const byName = new Map(projects.map(({ project }) => [project.name.toLowerCase(), project]));
  return projects.map(({ project, linked }) => {
    const names = project.references.filter((name) => linked.includes(name) || name.toLowerCase() === 'pythoncore');
    const libraries = names.flatMap((name): LinkLibrary[] => {
      const link = byName.get(name.toLowerCase())?.link;
      const path = link?.kind === 'lib' ? link.output : link?.importLibrary;
      return path === undefined ? [] : [{ kind: 'project', path }];
    });
    return { ...project, link: { ...project.link, libraries: [...project.link.libraries, ...libraries] } };
  });
}
