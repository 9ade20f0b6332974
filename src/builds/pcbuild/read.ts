import type { SourceTree } from '../../checkout/index.ts';
import { type Diagnostic, type Place, UserError } from '../../system/diagnostic.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { type EvaluatedProject, evaluateProject } from './evaluate.ts';
import { BuildFiles, FileWanted, pathKey, VIRTUAL_ROOTS } from './files.ts';
import { type PlannedProject, planProject, projectName } from './plan-project.ts';
import type { EvaluationInput } from './project-state.ts';
import { refuse } from './scope.ts';
import { readSolution } from './solution.ts';
import { PYTHON_FOR_BUILD } from './tasks.ts';
import {
  type BuildPath,
  type LinkLibrary,
  outputsOf,
  type PcbuildPlan,
  type PcProject,
  type SkippedProject,
} from './types.ts';

const PROJ = 'PCbuild/pcbuild.proj';
/** What earlier versions have in its place: a solution of Visual Studio's. */
const SOLUTION = 'PCbuild/pcbuild.sln';

/** Projects of CPython's tests and examples, where no list says so. */
const IS_TEST = /^_(?:ctypes_)?test|^xxlimited$/;

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
 * Reads CPython's own Windows build out of a tree: what `msbuild PCbuild\pcbuild.proj` would compile and link for x64,
 * or Visual Studio of pcbuild.sln.
 * Nothing is written and nothing is run; of this machine nothing is seen.
 * @param configuration `Release`, `Debug`.
 * @returns plain data. A project that cannot be built, or is not understood, is among the skipped ones and says why.
 * @throws UserError `pcbuild/none` when the tree has no such build; `pcbuild/not-understood`, `pcbuild/xml` when
 * pcbuild.proj itself cannot be read.
 */
export async function readPcbuild(tree: SourceTree, configuration = 'Release'): Promise<PcbuildPlan> {
  const source = await tree.list();
  const named = (wanted: string) => source.find((file) => file.toLowerCase() === wanted.toLowerCase());
  const [proj, solution] = [named(PROJ), named(SOLUTION)];
  if (proj === undefined && solution === undefined)
    throw new UserError({
      code: 'pcbuild/none',
      message: `${tree.label} has neither ${PROJ} nor ${SOLUTION}: there is no Windows build to read`,
      hint: 'Some packagers leave PCbuild out: take the sources from python.org.',
    });
  const texts = new Map<string, string>();
  const files = new BuildFiles(source, texts);
  const inSolution =
    proj !== undefined || solution === undefined
      ? []
      : readSolution((await tree.read(solution))?.text ?? '', solution, `${configuration}|${GLOBALS.Platform}`);
  const references = (file: string) => inSolution.find(({ name }) => name === projectName(file))?.references ?? [];
  const input: EvaluationInput = { globals: { Configuration: configuration, ...GLOBALS }, files, references };
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
  const listed =
    proj === undefined
      ? new Map(inSolution.map(({ name }) => [name, IS_TEST.test(name)]))
      : await evaluated((input) => listedProjects(proj, input));
  const projectFiles = new Map(
    source
      .filter((file) => (proj === undefined ? /^PCbuild\/[^/]+\.vcx?proj$/i : /^PCbuild\/[^/]+\.vcxproj$/i).test(file))
      .map((file) => [projectName(file).toLowerCase(), file]),
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
      skip('refused', [{ code: 'pcbuild/no-project', message: `PCbuild has no project ${name}` }]);
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

/**
 * The projects of pcbuild.proj in the order of its target Build, by name: whether each is one of CPython's tests.
 * @throws UserError `pcbuild/not-understood`; FileWanted.
 */
function listedProjects(file: string, input: EvaluationInput): ReadonlyMap<string, boolean> {
  const solution = evaluateProject(file, input);
  const tests = new Set(solution.state.items('TestModules').map((item) => item.identity.toLowerCase()));
  const found = new Map<string, boolean>();
  for (const item of builtLists(solution).flatMap((list) => solution.state.items(list))) {
    const said = (name: string) => solution.state.metadata(item, name);
    const same = said('Configuration') === input.globals.Configuration && said('Platform') === input.globals.Platform;
    if (said('Properties') !== '' || !same) refuse(`${item.identity} is built with properties of its own`, item.place);
    const name = projectName(item.identity);
    if (!found.has(name)) found.set(name, tests.has(name.toLowerCase()));
  }
  return found;
}

/** `FreezeProjects`, `Projects`, `Projects2`. */
function builtLists({ targets }: EvaluatedProject): readonly string[] {
  const build = targets.findLast(({ element }) => element.attributes.get('Name') === 'Build');
  return (build?.element.children ?? []).map((task) => {
    const list = /^@\((\w+)\)$/.exec(task.attributes.get('Projects') ?? '')?.[1];
    return task.name === 'MSBuild' && list !== undefined
      ? list
      : refuse(`The target Build does more than build lists: ${task.name}`, task.place);
  });
}

interface Needed {
  readonly path: BuildPath;
  readonly what: string;
  readonly place: Place;
}

/** All that must be there before the project is built, or be made by a step. */
function neededBy({ units, resources, assemblies, link, steps }: PcProject): readonly Needed[] {
  const { place, definition } = link;
  return [
    ...[...units, ...resources, ...assemblies].map(({ source: path, place }) => ({ path, what: 'source', place })),
    // A folder of the tree that is not there is searched in vain; one of an external is what the external is for.
    ...[...units, ...resources]
      .flatMap((unit) => unit.includes.map((path) => ({ path, what: 'headers', place: unit.place })))
      .filter(({ path }) => path.root === 'externals'),
    ...link.libraries.flatMap((library) =>
      library.kind === 'file' && library.path.root !== 'output' ? [{ path: library.path, what: 'library', place }] : [],
    ),
    ...(definition === undefined ? [] : [{ path: definition, what: 'definition', place }]),
    ...steps.flatMap((step) => (step.kind === 'copy' ? [{ path: step.from, what: 'file', place: step.place }] : [])),
  ];
}

function diagnosticOf(name: string, { path: { path, root }, what, place }: Needed): Diagnostic {
  const external = `it needs ${path.split('/')[0]}, and ${path} is not in the folder of externals`;
  return root === 'externals'
    ? { code: 'pcbuild/no-external', message: `${name} is left out: ${external}`, place }
    : { code: 'pcbuild/missing', message: `${name} is left out: its ${what} ${path} does not exist`, place };
}

/** Adds to the skipped projects those that need something that is nowhere, and those that need such a project. */
function skipWithMissing(
  planned: ReadonlyMap<string, PlannedProject>,
  skipped: Map<string, SkippedProject>,
  files: BuildFiles,
): void {
  const projects = [...planned.values()].map(({ project }) => project);
  const made = new Set(projects.flatMap(({ steps }) => steps.flatMap(outputsOf)).map(pathKey));
  const skip = (name: string, reason: SkippedProject['reason'], diagnostics: readonly Diagnostic[]) =>
    skipped.set(name, { name, reason, diagnostics });
  for (const project of projects) {
    const missing = neededBy(project).filter(({ path }) => !files.onDisk(path) && !made.has(pathKey(path)));
    const unique = [...new Map(missing.map((one) => [pathKey(one.path), one])).values()];
    const externals = unique.filter(({ path }) => path.root === 'externals');
    // Of each external, what is missed first: sources and headers rather than DLLs to copy.
    const shown = new Map(externals.toReversed().map((one) => [one.path.path.split('/')[0], one]));
    const told = externals.length > 0 ? [...shown.values()] : unique;
    const diagnostics = told.map((one) => diagnosticOf(project.name, one));
    if (told.length > 0) skip(project.name, externals.length > 0 ? 'externals' : 'refused', diagnostics);
  }
  for (let before = -1; before !== skipped.size; ) {
    before = skipped.size;
    for (const { name, references, link } of projects) {
      const lost = references.find((other) => skipped.has(other));
      if (lost === undefined || skipped.has(name)) continue;
      const message = `${name} is left out: it needs ${lost}, which is left out`;
      skip(name, 'reference', [{ code: 'pcbuild/reference', message, place: link.place }]);
    }
  }
}
