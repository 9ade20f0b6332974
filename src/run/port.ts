import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SourceTree } from '../checkout/types.ts';
import { generateSeries } from '../patch/index.ts';
import type { SeriesItem } from '../patch/series.ts';
import type { GeneratedPatch, GenerateResult } from '../patch/types.ts';
import { findRecipe, type LoadedRecipe, resolveParams } from '../recipe/index.ts';
import { isVersion } from '../recipe/version-range.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { withFileProblems, writeFileAtomic } from '../system/files.ts';
import { toPosix } from '../system/paths.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import type { RunFolder } from './folder.ts';
import type { RunPatch } from './types.ts';

/** What a target's variants are made of. */
export interface Ported {
  /** For all variants (without `ports` this target cannot be built at all), and for the patched one after them. */
  readonly ports: readonly GeneratedPatch[];
  readonly patches: readonly GeneratedPatch[];
  /** For the record; none where the target needs no port. */
  readonly record: readonly RunPatch[];
  /** Why it cannot be made. */
  readonly problems: readonly Diagnostic[];
}

/**
 * Makes a target's port, and the recipes' patches on top of it, as their lines may lie elsewhere there. The patches are
 * kept in a folder of the target's own.
 * @param items the recipes that are examined.
 * @param ready their patches on the tree as it is.
 */
export async function portFor(
  target: TargetDescriptor,
  items: readonly SeriesItem[],
  ready: readonly GeneratedPatch[],
  tree: SourceTree,
  folder: RunFolder,
  recipeFolders: readonly string[],
): Promise<Ported> {
  if (target.recipes === undefined || target.recipes.length === 0) {
    return { ports: [], patches: ready, record: [], problems: [] };
  }
  const own = await Promise.all(
    target.recipes.map(async (name) => {
      const recipe = await findRecipe(name, recipeFolders);
      return { recipe, params: resolveParams(recipe, {}) };
    }),
  );
  const ids = new Set(own.map(({ recipe }) => recipe.recipe.id));
  const results = await generateSeries([...own, ...items.filter(({ recipe }) => !ids.has(recipe.recipe.id))], tree);
  const kept = { ...folder, patches: path.join(folder.patches, target.name) };
  await withFileProblems(`make ${kept.patches}`, () => mkdir(kept.patches, { recursive: true }));
  const ports: GeneratedPatch[] = [];
  const patches: GeneratedPatch[] = [];
  const record: RunPatch[] = [];
  const problems: Diagnostic[] = [];
  for (const { recipe, params, result } of results) {
    const isPort = ids.has(recipe.recipe.id);
    const told = await keepPatch(kept, recipe, params, result);
    if (isPort) record.push(told);
    if (result.verdict === 'applies') (isPort ? ports : patches).push(result.patch);
    // A fork that is for this target already has the port in it; a version may need none of its edits.
    else if (!isPort || !(result.verdict === 'already-applied' || hasNothingToDo(recipe, result, tree)))
      problems.push(notMade(target, told));
  }
  return { ports, patches, record, problems };
}

/** A recipe that is for the version, and finds nothing of what it would change. */
function hasNothingToDo({ recipe }: LoadedRecipe, { verdict }: GenerateResult, { version }: SourceTree): boolean {
  return verdict === 'not-applicable' && isVersion(recipe.cpython, version);
}

function notMade(target: TargetDescriptor, { recipe, verdict, why }: RunPatch): Diagnostic {
  return {
    code: 'run/no-port',
    message: `${recipe.id} cannot be applied for the target ${target.name} (${verdict}): ${why ?? 'no reason is known'}`,
    hint: `see it alone: forkwright generate ${(target.recipes ?? []).join(' ')} --checkout DIR`,
  };
}

/** What a recipe yielded, for the record. Writes the patch itself into the run folder. */
export async function keepPatch(
  folder: RunFolder,
  recipe: LoadedRecipe,
  params: RunPatch['params'],
  result: GenerateResult,
): Promise<RunPatch> {
  const { verdict, account } = result;
  const none = { recipe: identityOf(recipe), params, verdict, insertions: 0, deletions: 0, files: [], account };
  if ('problems' in result)
    return { ...none, why: result.problems.map(({ message }) => message).join('; '), warnings: result.problems };
  if ('why' in result) return { ...none, why: result.why, warnings: [] };
  const { patch } = result;
  const file = path.join(folder.patches, `${patch.recipe.id}.patch`);
  await writeFileAtomic(file, Buffer.from(patch.text, 'latin1'));
  return {
    ...none,
    file: toPosix(path.relative(folder.dir, file)),
    sha256: patch.sha256,
    insertions: patch.insertions,
    deletions: patch.deletions,
    files: patch.files.map((change) => change.path),
    expect: patch.expect,
    warnings: result.warnings,
  };
}

/** The patches, when every recipe applies; else nothing, for nothing is half done. */
export function applicable(results: readonly GenerateResult[]): readonly GeneratedPatch[] | undefined {
  const patches = results.flatMap((result) => (result.verdict === 'applies' ? [result.patch] : []));
  return patches.length === results.length ? patches : undefined;
}

/** The order file of the series: a patch's file name a line, as quilt and `git am` scripts read it. */
export async function writeSeries(folder: RunFolder, patches: readonly GeneratedPatch[]): Promise<void> {
  const lines = patches.map((patch) => `${patch.recipe.id}.patch\n`);
  await writeFileAtomic(path.join(folder.patches, 'series'), lines.join(''));
}

function identityOf(recipe: LoadedRecipe): RunPatch['recipe'] {
  const { id, title, why, version } = recipe.recipe;
  return { id, title, why, version: String(version), hash: recipe.hash };
}
