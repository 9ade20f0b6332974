import { pathKey } from './files.ts';
import { type BuildPath, outputsOf, type PcbuildPlan, type PcProject } from './types.ts';

/** Below `intermediate`: what the projects would write among the sources. */
const APART = 'generated';

const isPath = (value: object): value is BuildPath => 'root' in value && 'path' in value;
const folderOf = (file: string) => file.slice(0, Math.max(0, file.lastIndexOf('/')));
const apart = (path: string): BuildPath => ({ root: 'intermediate', path: path === '' ? APART : `${APART}/${path}` });

/**
 * The same plan with sources that stay as they are. CPython's projects write some files into the tree (`pythonnt_rc.h`
 * of 2.7, the frozen modules of 3.11); here they go to a folder of their own, and whatever searches a folder of the
 * tree that would have got such a file searches the other one next.
 */
export function withGeneratedApart(plan: PcbuildPlan): PcbuildPlan {
  const outputs = plan.projects.flatMap(({ steps }) => steps.flatMap(outputsOf));
  const moved = new Set(outputs.filter(({ root }) => root === 'source').map(pathKey));
  if (moved.size === 0) return plan;
  const files = [...moved].map((key) => key.slice('source/'.length));
  const hasGenerated = (folder: string) => files.some((file) => folder === '' || file.startsWith(`${folder}/`));
  const redirect = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(redirect) as T;
    if (isPath(value)) return (moved.has(pathKey(value)) ? apart(value.path) : value) as T;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redirect(one)])) as T;
  };
  const searching = <T extends { readonly source: BuildPath; readonly includes: readonly BuildPath[] }>(unit: T): T => {
    // A quoted name is looked for beside the file first.
    const own = folderOf(unit.source.path);
    const beside = unit.source.root === 'source' && hasGenerated(own) ? [apart(own)] : [];
    const includes = unit.includes.flatMap((folder) =>
      folder.root === 'source' && hasGenerated(folder.path) ? [folder, apart(folder.path)] : [folder],
    );
    const all = new Map([...beside, ...includes].map((folder) => [pathKey(folder), folder]));
    // What was generated itself has its neighbours among the sources.
    const generated = moved.has(pathKey(unit.source)) ? [{ ...unit.source, path: own }] : [];
    return { ...unit, includes: [...generated, ...all.values()] };
  };
  const project = (one: PcProject): PcProject =>
    redirect({ ...one, units: one.units.map(searching), resources: one.resources.map(searching) });
  return { ...plan, projects: plan.projects.map(project) };
}
