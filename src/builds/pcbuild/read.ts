import type { SourceTree } from '../../checkout/index.ts';
import { type Diagnostic, UserError } from '../../system/diagnostic.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { VC_TARGETS } from './builtin.ts';
import { PYTHON_FOR_BUILD } from './exec-step.ts';
import { BuildFiles, FileWanted, pathKey } from './files.ts';
import { missingFiles } from './missing.ts';
import { ordered, withLibraries } from './order.ts';
import { type PlannedProject, planProject } from './plan-project.ts';
import type { EvaluationInput } from './project-state.ts';
import { VIRTUAL_ROOTS } from './roots.ts';
import { type ListedProject, listedProjects } from './solution.ts';
import type { BuildPath, PcbuildPlan, PcbuildRequest, SkippedProject } from './types.ts';

const SOLUTION = 'PCbuild/pcbuild.proj';

/** What a build from the command line has set, and what says where the roots are. */
function globalsOf(request: PcbuildRequest): Readonly<Record<string, string>> {
  return {
    Configuration: request.configuration,
    Platform: request.platform,
    PreferredToolArchitecture: request.platform,
    SolutionDir: VIRTUAL_ROOTS.intermediate,
    Py_IntDir: VIRTUAL_ROOTS.intermediate,
    BuildPath: VIRTUAL_ROOTS.output,
    ExternalsDir: VIRTUAL_ROOTS.externals,
    PythonForBuild: PYTHON_FOR_BUILD,
    ...request.properties,
  };
}

/**
 * A Windows SDK, which the projects of 3.9 take for given. Its version selects nothing of what is read.
 */
const REGISTRY = {
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Microsoft SDKs\\Windows\\v10.0@ProductVersion': '10.0.19041',
};

/** Of Visual Studio 2019: the youngest that every version's projects know by name. */
const ENVIRONMENT = { VisualStudioVersion: '16.0', VCTargetsPath: VC_TARGETS };

/**
 * Reads CPython's own Windows build out of a tree: what `msbuild PCbuild\pcbuild.proj` would compile and link. Nothing
 * is written and nothing is run.
 * @returns plain data. A project that cannot be built, or is not understood, is among the skipped ones and says why.
 * @throws UserError `pcbuild/none` when the tree has no such build; `pcbuild/not-understood`, `pcbuild/xml` when
 * pcbuild.proj itself cannot be read.
 */
export async function readPcbuild(tree: SourceTree, request: PcbuildRequest): Promise<PcbuildPlan> {
  const source = await tree.list();
  const solution = source.find((file) => file.toLowerCase() === SOLUTION.toLowerCase());
  if (solution === undefined)
    throw new UserError({
      code: 'pcbuild/none',
      message: `${tree.label} has no ${SOLUTION}: there is no Windows build to read`,
      hint: 'CPython has it since 2.7.9 and 3.5, and some packagers leave PCbuild out: take the sources from python.org.',
    });
  const reading = new Reading(tree, request, source);
  const listed = await reading.again((input) => listedProjects({ root: 'source', path: solution }, input));
  return reading.plan(listed, source);
}

class Reading {
  private readonly tree: SourceTree;
  private readonly request: PcbuildRequest;
  private readonly texts = new Map<string, string>();
  private readonly input: EvaluationInput;

  constructor(tree: SourceTree, request: PcbuildRequest, source: readonly string[]) {
    this.tree = tree;
    this.request = request;
    this.input = {
      globals: globalsOf(request),
      environment: { ...ENVIRONMENT, ...request.environment },
      registry: { ...REGISTRY, ...request.registry },
      files: new BuildFiles(source, request.externals?.files ?? [], this.texts),
    };
  }

  /** Evaluates, and again each time that a file is wanted that had not been read. */
  async again<T>(evaluate: (input: EvaluationInput) => T): Promise<T> {
    for (;;) {
      try {
        return evaluate(this.input);
      } catch (error) {
        if (!(error instanceof FileWanted)) throw error;
        this.texts.set(pathKey(error.wanted), await this.read(error.wanted));
      }
    }
  }

  private async read(at: BuildPath): Promise<string> {
    const text =
      at.root === 'source' ? (await this.tree.read(at.path))?.text : await this.request.externals?.read(at.path);
    return text ?? '';
  }

  /** All projects that are listed, and those that they refer to. */
  async plan(listed: readonly ListedProject[], source: readonly string[]): Promise<PcbuildPlan> {
    const files = new Map(
      source
        .filter((file) => /^PCbuild\/[^/]+\.vcxproj$/i.test(file))
        .map((file) => [file.slice('PCbuild/'.length, -'.vcxproj'.length).toLowerCase(), file]),
    );
    const planned = new Map<string, PlannedProject>();
    const skipped = new Map<string, SkippedProject>();
    const waiting = listed.map((one) => one.name);
    for (const name of waiting) {
      if (planned.has(name) || skipped.has(name)) continue;
      const entry = listed.find((one) => one.name === name);
      const skip = (reason: SkippedProject['reason'], diagnostics: readonly Diagnostic[]) =>
        skipped.set(name, { name, reason, test: entry?.test ?? false, diagnostics });
      const file = files.get(name.toLowerCase());
      if (file === undefined) {
        skip('refused', [{ code: 'pcbuild/no-project', message: `PCbuild/${name}.vcxproj does not exist` }]);
        continue;
      }
      try {
        const outcome = await this.again((input) => planProject({ root: 'source', path: file }, input));
        if ('notBuilt' in outcome)
          skip('other-build', [
            { code: 'pcbuild/other-build', message: `${name} is left out: ${outcome.notBuilt}`, place: outcome.place },
          ]);
        else {
          const project = { ...outcome.project, listed: entry?.list, test: entry?.test ?? false };
          planned.set(name, { ...outcome, project });
          waiting.push(...project.references);
        }
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        skip('refused', error.diagnostics);
      }
    }
    return this.whole(planned, skipped, listed);
  }

  private whole(
    planned: ReadonlyMap<string, PlannedProject>,
    skipped: Map<string, SkippedProject>,
    listed: readonly ListedProject[],
  ): PcbuildPlan {
    for (const skip of missingFiles(planned, skipped, this.input.files)) skipped.set(skip.name, skip);
    const built = [...planned.values()].filter(({ project }) => !skipped.has(project.name));
    const core = planned.get('pythoncore') ?? built[0];
    return {
      configuration: this.request.configuration,
      platform: this.request.platform,
      projects: withLibraries(ordered(built, listed)),
      skipped: [...skipped.values()].sort((a, b) => byCodeUnit(a.name, b.name)),
      properties: Object.fromEntries(core?.properties ?? []),
    };
  }
}
