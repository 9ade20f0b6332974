import type { PlannedProject } from './plan-project.ts';
import type { LinkLibrary, PcProject } from './types.ts';

/** Before a project come those that it refers to; otherwise the order of the lists. */
export function ordered(projects: readonly PlannedProject[], listed: readonly string[]): readonly PlannedProject[] {
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
export function withLibraries(projects: readonly PlannedProject[]): readonly PcProject[] {
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
