import type { Place } from '../../system/diagnostic.ts';
import { evaluateProject } from './evaluate.ts';
import { windowsPath } from './files.ts';
import { eventSteps, kindOf, linkStep } from './link-step.ts';
import type { EvaluationInput } from './project-state.ts';
import { refuse } from './refuse.ts';
import { runTargets } from './run-targets.ts';
import type { BuildPath, PcProject } from './types.ts';
import { assemblyUnits, compileUnits, resourceUnits } from './units.ts';

/** Kinds of items that Visual C++ builds something from and CPython's projects have not, or not for what we build. */
const BUILDS_SOMETHING = ['Midl', 'MASM', 'Object', 'Library', 'Manifest', 'Xsd', 'FxCompile', 'Natvis'];

/** What is not among a project's facts but decides over it. */
export interface PlannedProject {
  /** Without libraries of other projects. */
  readonly project: PcProject;
  /** Projects whose libraries are linked in, by name. */
  readonly linked: readonly string[];
  readonly properties: ReadonlyMap<string, string>;
}

/** `undefined`: not for this configuration, or built by other means (nmake): with the sentence. */
export type PlanOutcome = PlannedProject | { readonly notBuilt: string; readonly place: Place };

const nameOf = (file: string) => file.replace(/^.*[\\/]/, '').replace(/\.vcxproj$/i, '');

/**
 * Evaluates a project and goes through its targets.
 * @throws UserError `pcbuild/not-understood`; FileWanted.
 */
export function planProject(file: BuildPath, input: EvaluationInput): PlanOutcome {
  const evaluated = evaluateProject(windowsPath(file), input);
  const { state } = evaluated;
  const place: Place = { file: file.path };
  const configuration = `${input.globals.Configuration}|${input.globals.Platform}`;
  if (
    !state.items('ProjectConfiguration').some(({ identity }) => identity.toLowerCase() === configuration.toLowerCase())
  )
    return { notBuilt: `it has no configuration ${configuration}`, place };
  const kind = kindOf(evaluated);
  if (kind === undefined)
    return { notBuilt: `it is ${state.property('ConfigurationType', state.projectFile)}: other tools make it`, place };
  const { steps } = runTargets(evaluated);
  for (const type of BUILDS_SOMETHING)
    for (const item of state.items(type).slice(0, 1))
      refuse(`What ${type} makes of ${item.identity} is not known`, item.place);
  const references = state.items('ProjectReference');
  const said = (item: (typeof references)[number], name: string) => state.metadata(item, name).toLowerCase();
  const isLinked = (item: (typeof references)[number]) =>
    said(item, 'LinkLibraryDependencies') === 'true' && said(item, 'ReferenceOutputAssembly') !== 'false';
  return {
    project: {
      name: nameOf(file.path),
      file,
      test: false,
      references: [...new Set(references.map((item) => nameOf(item.identity)))],
      units: compileUnits(evaluated),
      resources: resourceUnits(evaluated),
      assemblies: assemblyUnits(evaluated),
      link: linkStep(evaluated, kind, place),
      steps: inTime([...steps, ...eventSteps(evaluated, place)]),
      leftOut: state.leftOut,
    },
    linked: references.filter(isLinked).map((item) => nameOf(item.identity)),
    properties: state.allProperties(),
  };
}

const TIMES = ['before-compile', 'before-link', 'after-build'];
const inTime = (steps: PcProject['steps']) => [...steps].sort((a, b) => TIMES.indexOf(a.time) - TIMES.indexOf(b.time));
