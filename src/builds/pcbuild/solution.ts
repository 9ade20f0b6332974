import { type EvaluatedProject, evaluateProject } from './evaluate.ts';
import type { EvaluationInput } from './project-state.ts';
import { refuse } from './refuse.ts';

/**
 * The projects of pcbuild.proj in the order of its target Build, by name: whether each is one of CPython's tests.
 * @throws UserError `pcbuild/not-understood`; FileWanted.
 */
export function listedProjects(file: string, input: EvaluationInput): ReadonlyMap<string, boolean> {
  const solution = evaluateProject(file, input);
  const tests = new Set(solution.state.items('TestModules').map((item) => item.identity.toLowerCase()));
  const found = new Map<string, boolean>();
  for (const item of builtLists(solution).flatMap((list) => solution.state.items(list))) {
    const said = (name: string) => solution.state.metadata(item, name);
    const same = said('Configuration') === input.globals.Configuration && said('Platform') === input.globals.Platform;
    if (said('Properties') !== '' || !same) refuse(`${item.identity} is built with properties of its own`, item.place);
    const name = item.identity.replace(/\.vcxproj$/i, '');
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
