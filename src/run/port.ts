import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { SourceTree } from '../checkout/types.ts';
import { generateSeries } from '../patch/index.ts';
import type { Regenerate } from '../patch/regenerate.ts';
import { identityOf, type SeriesItem, type SeriesResult } from '../patch/series.ts';
import type { GeneratedPatch, GenerateResult } from '../patch/types.ts';
import { findRecipe, resolveParams } from '../recipe/index.ts';
import { isVersion } from '../recipe/version-range.ts';
import type { Diagnostic } from '../system/diagnostic.ts';
import { withFileProblems, writeFileAtomic } from '../system/files.ts';
import { toPosix } from '../system/paths.ts';
import type { TargetDescriptor } from '../targets/types.ts';
import type { RunFolder } from './folder.ts';
import type { RunPatch } from './types.ts';

export interface Ported {
  /** For all variants (without `ports` this target cannot be built at all), and for the patched one after them. */
  readonly ports: readonly GeneratedPatch[];
  readonly patches: readonly GeneratedPatch[];
  /** For the record; none where the target needs no port. */
  readonly record: readonly RunPatch[];
  readonly problems: readonly Diagnostic[];
}

/**
 * Makes a target's port, and the recipes' patches on top of it, as their lines may lie elsewhere there. The patches are
 * kept in a folder of the target's own.
 * @param items the changes that are examined.
 * @param ready their patches on the tree as it is.
 */
export async function portFor(
  target: TargetDescriptor,
  items: readonly SeriesItem[],
  ready: readonly GeneratedPatch[],
  tree: SourceTree,
  folder: RunFolder,
  recipeFolders: readonly string[],
  regenerate?: Regenerate,
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
  const all = [...own, ...items.filter((item) => !ids.has(identityOf(item).id))];
  const results = await generateSeries(all, tree, undefined, regenerate);
  const kept = { ...folder, patches: path.join(folder.patches, target.name) };
  await withFileProblems(`make ${kept.patches}`, () => mkdir(kept.patches, { recursive: true }));
  const ports: GeneratedPatch[] = [];
  const patches: GeneratedPatch[] = [];
  const record: RunPatch[] = [];
  const problems: Diagnostic[] = [];
  for (const made of results) {
    const { recipe, identity, result } = made;
    const isPort = ids.has(identity.id);
    const told = await keepPatch(kept, made);
    if (isPort) record.push(told);
    if (result.verdict === 'applies') (isPort ? ports : patches).push(result.patch);
    if (result.verdict === 'applies') continue;
    // A fork that is for this target already has the port in it; a version that the recipe is for may need none of it.
    const isEmpty = result.verdict === 'not-applicable' && recipe && isVersion(recipe.recipe.cpython, tree.version);
    if (isPort && (result.verdict === 'already-applied' || isEmpty)) continue;
    problems.push({
      code: 'run/no-port',
      message: `${told.recipe.id} cannot be applied for the target ${target.name} (${told.verdict}): ${told.why ?? 'no reason is known'}`,
      hint: `see it alone: forkwright generate ${target.recipes.join(' ')} --checkout DIR`,
    });
  }
  return { ports, patches, record, problems };
}

/** What a change yielded, for the record. Writes the patch itself into the run folder. */
export async function keepPatch(folder: RunFolder, made: SeriesResult): Promise<RunPatch> {
  const { identity, params, given, result } = made;
  const { verdict, account } = result;
  const origin = given === undefined ? {} : { origin: given.origin };
  const none = { recipe: identity, ...origin, params, verdict, insertions: 0, deletions: 0, files: [], account };
  if ('problems' in result)
    return { ...none, why: result.problems.map(({ message }) => message).join('; '), warnings: result.problems };
  if ('why' in result) return { ...none, why: result.why, warnings: [] };
  const { text, sha256, insertions, deletions, expect } = result.patch;
  const kept = path.join(folder.patches, `${identity.id}.patch`);
  await writeFileAtomic(kept, Buffer.from(text, 'latin1'));
  const file = toPosix(path.relative(folder.dir, kept));
  const files = result.patch.files.map((change) => change.path);
  return { ...none, file, sha256, insertions, deletions, files, expect, warnings: result.warnings };
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
