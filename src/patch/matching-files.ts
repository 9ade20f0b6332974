import picomatch from 'picomatch';
import type { SourceTree } from '../checkout/types.ts';
import { byCodeUnit } from '../system/hash.ts';

/**
 * The paths of a tree that fit a recipe's `files`, sorted by code unit. Only folders that a pattern can be in are listed;
 * a plain path is not looked for: it may not be there.
 */
export async function matchingFiles(tree: SourceTree, patterns: readonly string[]): Promise<readonly string[]> {
  const names = new Set<string>();
  // All at once, for a recipe may leave files out: ["Objects/*.c", "!Objects/a.c"].
  const wanted = picomatch([...patterns]);
  const globs = patterns.map((pattern) => picomatch.scan(pattern));
  if (globs.some((glob) => glob.negated)) return (await tree.list()).filter((file) => wanted(file));
  for (const [index, glob] of globs.entries()) {
    const pattern = patterns[index] ?? '';
    if (!glob.isGlob) names.add(pattern);
    else
      for (const file of await tree.list(glob.base === '' ? undefined : glob.base)) if (wanted(file)) names.add(file);
  }
  return [...names].sort(byCodeUnit);
}
