import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { outputsOf } from './exec-step.ts';
import { type BuildFiles, pathKey } from './files.ts';
import type { PlannedProject } from './plan-project.ts';
import type { BuildPath, PcProject, SkippedProject, SkipReason } from './types.ts';

interface Needed {
  readonly path: BuildPath;
  readonly what: string;
  readonly place: Place;
}

/** All that must be there before the project is built, or be made by a step. */
function neededBy(project: PcProject): readonly Needed[] {
  const { place } = project.link;
  const units = [...project.units, ...project.resources, ...project.assemblies];
  const folders = [...project.units, ...project.resources].flatMap((unit) =>
    unit.includes.map((path) => ({ path, what: 'headers', place: unit.place })),
  );
  const libraries = project.link.libraries.flatMap((library) =>
    library.kind === 'file' ? [{ path: library.path, what: 'library', place }] : [],
  );
  const { definition } = project.link;
  return [
    ...units.map((unit) => ({ path: unit.source, what: 'source', place: unit.place })),
    // A folder of the tree that is not there is searched in vain; one of an external is what the external is for.
    ...folders.filter(({ path }) => path.root === 'externals'),
    ...libraries.filter(({ path }) => path.root !== 'output'),
    ...(definition === undefined ? [] : [{ path: definition, what: 'definition', place }]),
    ...project.steps.flatMap((step) =>
      step.kind === 'copy' ? [{ path: step.from, what: 'file', place: step.place }] : [],
    ),
  ];
}

function diagnosticOf(name: string, { path, what, place }: Needed): Diagnostic {
  const external = path.path.split('/')[0] ?? '';
  return path.root === 'externals'
    ? {
        code: 'pcbuild/no-external',
        message: `${name} is left out: it needs ${external}, and ${path.path} is not in the folder of externals`,
        place,
        hint: 'CPython’s PCbuild\\get_externals.bat fetches the externals; give the folder that holds them.',
      }
    : { code: 'pcbuild/missing', message: `${name} is left out: its ${what} ${path.path} does not exist`, place };
}

/** Projects that cannot be built as something that they need is nowhere, and those that need such a project. */
export function missingFiles(
  planned: ReadonlyMap<string, PlannedProject>,
  skipped: ReadonlyMap<string, SkippedProject>,
  files: BuildFiles,
): readonly SkippedProject[] {
  const found = new Map(skipped);
  const made = new Set([...planned.values()].flatMap(({ project }) => project.steps.flatMap(outputsOf)).map(pathKey));
  const skip = ({ name, test }: PcProject, reason: SkipReason, diagnostics: readonly Diagnostic[]) =>
    found.set(name, { name, test, reason, diagnostics });
  for (const { project } of planned.values()) {
    const missing = neededBy(project).filter(({ path }) => !files.onDisk(path) && !made.has(pathKey(path)));
    const unique = [...new Map(missing.map((one) => [pathKey(one.path), one])).values()];
    const externals = unique.filter(({ path }) => path.root === 'externals');
    // Of each external, what is missed first: sources and headers rather than DLLs to copy.
    const shown = new Map(externals.toReversed().map((one) => [one.path.path.split('/')[0], one]));
    if (externals.length > 0)
      skip(
        project,
        'externals',
        [...shown.values()].map((one) => diagnosticOf(project.name, one)),
      );
    else if (unique.length > 0)
      skip(
        project,
        'refused',
        unique.map((one) => diagnosticOf(project.name, one)),
      );
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { project } of planned.values()) {
      const lost = project.references.find((name) => found.has(name));
      if (lost === undefined || found.has(project.name)) continue;
      const message = `${project.name} is left out: it needs ${lost}, which is left out`;
      skip(project, 'reference', [{ code: 'pcbuild/reference', message, place: project.link.place }]);
    }
  }
  return [...found.values()].filter((one) => !skipped.has(one.name));
}
