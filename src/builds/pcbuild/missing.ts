import type { Diagnostic, Place } from '../../system/diagnostic.ts';
import { type BuildFiles, pathKey } from './files.ts';
import type { PlannedProject } from './plan-project.ts';
import { type BuildPath, outputsOf, type PcProject, type SkippedProject } from './types.ts';

interface Needed {
  readonly path: BuildPath;
  readonly what: string;
  readonly place: Place;
}

/** All that must be there before the project is built, or be made by a step. */
function neededBy({ units, resources, assemblies, link, steps }: PcProject): readonly Needed[] {
  const { place, definition } = link;
  return [
    ...[...units, ...resources, ...assemblies].map((unit) => ({
      path: unit.source,
      what: 'source',
      place: unit.place,
    })),
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

function diagnosticOf(name: string, { path, what, place }: Needed): Diagnostic {
  const external = path.path.split('/')[0] ?? '';
  return path.root === 'externals'
    ? {
        code: 'pcbuild/no-external',
        message: `${name} is left out: it needs ${external}, and ${path.path} is not in the folder of externals`,
        place,
      }
    : { code: 'pcbuild/missing', message: `${name} is left out: its ${what} ${path.path} does not exist`, place };
}

/** Adds to the skipped projects those that need something that is nowhere, and those that need such a project. */
export function skipWithMissing(
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
    if (told.length > 0)
      skip(
        project.name,
        externals.length > 0 ? 'externals' : 'refused',
        told.map((one) => diagnosticOf(project.name, one)),
      );
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
