import path from 'node:path';
import type { GeneratedPatch } from '../patch/types.ts';
import { writeFileAtomic } from '../system/files.ts';
import { holding } from '../system/held.ts';

/**
 * Writes a file a patch, named after its recipe, and the order file `series`.
 * @returns the patches' files, as `folder` was given.
 */
export async function writeSeries(patches: readonly GeneratedPatch[], folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  await holding(async () => {
    for (const patch of patches) {
      const file = path.join(folder, `${patch.recipe.id}.patch`);
      await writeFileAtomic(path.resolve(file), Buffer.from(patch.text, 'latin1'));
      files.push(file);
    }
    const order = patches.map((patch) => `${patch.recipe.id}.patch\n`).join('');
    await writeFileAtomic(path.resolve(folder, 'series'), order);
  });
  return files;
}
