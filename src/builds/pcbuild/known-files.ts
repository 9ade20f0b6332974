import { pathKey } from './files.ts';
import type { BuildPath, PcbuildPlan } from './types.ts';

/** A file whose text the reader knows. */
export interface KnownFile {
  readonly path: BuildPath;
  /** Its bytes as latin1. */
  readonly text: string;
}

/**
 * The `write` steps: to be written before ninja starts, and only where the text differs, as what depends on a file is
 * built again when it is newer.
 * @param projects names; default: all.
 */
export function knownFiles(plan: PcbuildPlan, projects?: readonly string[]): readonly KnownFile[] {
  const found = new Map<string, KnownFile>();
  for (const project of plan.projects)
    if (projects === undefined || projects.includes(project.name))
      for (const step of project.steps)
        if (step.kind === 'write') found.set(pathKey(step.output), { path: step.output, text: step.text });
  return [...found.values()];
}
