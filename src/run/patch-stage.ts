import path from 'node:path';
import type { GeneratedPatch, GenerateResult } from '../patch/types.ts';
import type { LoadedRecipe } from '../recipe/types.ts';
import { writeFileAtomic } from '../system/files.ts';
import { toPosix } from '../system/paths.ts';
import type { RunFolder } from './folder.ts';
import type { RunPatch } from './types.ts';

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
