import type { Place } from '../../system/diagnostic.ts';
import { evaluateProject } from './evaluate.ts';
import type { EvaluationInput } from './project-state.ts';
import { runTargets } from './run-targets.ts';
import { type Item, refuse } from './scope.ts';
import type { PcProject } from './types.ts';
import { assemblyUnits, compileUnits, eventSteps, kindOf, linkStep, resourceUnits } from './units.ts';

/** Kinds of items that Visual C++ builds something from and CPython's projects have not, or not for what we build. */
const BUILDS_SOMETHING = ['Midl', 'MASM', 'Object', 'Library', 'Manifest', 'Xsd', 'FxCompile', 'Natvis'];

export interface PlannedProject {
  /** Without libraries of other projects. */
  readonly project: PcProject;
  /** Projects whose libraries are linked in, by name. */
  readonly linked: readonly string[];
  readonly properties: ReadonlyMap<string, string>;
}

export const projectName = (file: string) => file.replace(/^.*[\\/]/, '').replace(/\.vcx?proj$/i, '');
const TIMES = ['before-compile', 'before-link', 'after-build'];

/**
 * Evaluates a project and goes through its targets.
 * @param file of the sources. @param test it is one of CPython's tests.
 * @returns `notBuilt`: not for this configuration, or built by other means (nmake): with the sentence.
 * @throws UserError `pcbuild/not-understood`; FileWanted.
 */
export function planProject(
  file: string,
  test: boolean,
  input: EvaluationInput,
): PlannedProject | { readonly notBuilt: string; readonly place: Place } {
  const evaluated = evaluateProject(file, input);
  const { state } = evaluated;
  const place: Place = { file };
  const configuration = `${input.globals.Configuration}|${input.globals.Platform}`;
  const has = state.items('ProjectConfiguration').map(({ identity }) => identity.toLowerCase());
  if (!has.includes(configuration.toLowerCase()))
    return { notBuilt: `it has no configuration ${configuration}`, place };
  const kind = kindOf(evaluated);
  if (kind === undefined)
    return { notBuilt: `it is ${state.property('ConfigurationType')}: other tools make it`, place };
  const steps = runTargets(evaluated);
  for (const type of BUILDS_SOMETHING)
    for (const item of state.items(type)) refuse(`What ${type} makes of ${item.identity} is not known`, item.place);
  const references = state.items('ProjectReference');
  const said = (item: Item, name: string) => state.metadata(item, name).toLowerCase();
  const isLinked = (item: Item) =>
    said(item, 'LinkLibraryDependencies') === 'true' && said(item, 'ReferenceOutputAssembly') !== 'false';
  return {
    project: {
      name: projectName(file),
      test,
      references: [...new Set(references.map((item) => projectName(item.identity)))],
      units: compileUnits(evaluated),
      resources: resourceUnits(evaluated),
      assemblies: assemblyUnits(evaluated),
      link: linkStep(evaluated, kind, place),
      steps: [...steps, ...eventSteps(evaluated, place)].sort((a, b) => TIMES.indexOf(a.time) - TIMES.indexOf(b.time)),
    },
    linked: references.filter(isLinked).map((item) => projectName(item.identity)),
    properties: state.allProperties(),
  };
}
