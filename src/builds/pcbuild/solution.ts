import { refuse } from './scope.ts';

/** A project of a solution, as far as it is built. */
export interface SolutionProject {
  readonly name: string;
  /** Projects that must be built before, by name; they are linked as well. */
  readonly references: readonly string[];
}

/** Programs of CPython's that only help to build it on Windows: what they make, vcproj.ts knows. */
export const BUILD_HELPERS: ReadonlySet<string> = new Set(['make_buildinfo', 'make_versioninfo', 'kill_python']);

const PROJECT = /^Project\("\{[\w-]+\}"\) = "([^"]+)", "([^"]+)", "(\{[\w-]+\})"$/;

/**
 * Reads a solution of Visual Studio, as CPython had before pcbuild.proj: which projects are built, and which of them before which.
 * @param text as read. @param file for places. @param configuration `Release|x64`.
 * @throws UserError `pcbuild/not-understood` for a line that is none of a solution.
 */
export function readSolution(text: string, file: string, configuration: string): readonly SolutionProject[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (!lines.some((line) => line.startsWith('Microsoft Visual Studio Solution File')))
    refuse('This is not a solution of Visual Studio', { file, line: 1, column: 1 });
  const byId = new Map<string, { name: string; needs: string[] }>();
  const built = new Set<string>();
  let needs: string[] = [];
  let dependencies = false;
  for (const line of lines) {
    const [, name = '', at = '', id = ''] = PROJECT.exec(line) ?? [];
    if (line.startsWith('Project(')) needs = [];
    if (/\.vcx?proj$/i.test(at)) byId.set(id, { name, needs });
    if (line.startsWith('ProjectSection(')) dependencies = line.startsWith('ProjectSection(ProjectDependencies)');
    if (line === 'EndProjectSection') dependencies = false;
    const [, needed] = /^(\{[\w-]+\}) = \{[\w-]+\}$/.exec(line) ?? [];
    if (dependencies && needed !== undefined) needs.push(needed);
    const [, of, asked, as] = /^(\{[\w-]+\})\.(.+)\.Build\.0 = (.+)$/.exec(line) ?? [];
    if (of !== undefined && asked === configuration && as === configuration) built.add(of);
  }
  return [...byId].flatMap(([id, { name, needs }]) =>
    built.has(id) ? [{ name, references: needs.flatMap((one) => byId.get(one)?.name ?? []) }] : [],
  );
}
