import { hasEnding } from '../../checkout/file-paths.ts';
import type { SourceTree } from '../../checkout/types.ts';

/** As many names are looked for one by one: the tree keeps the answers. For more, each file is read once for all. */
const FEW = 8;

/**
 * The files of a tree that may hold names, each name with its files, sorted; those that hold none are left out.
 * @param isWanted which of the files with these endings to look into.
 */
export async function holdersOf(
  names: readonly string[],
  tree: SourceTree,
  endings: readonly string[],
  isWanted: (path: string) => boolean = () => true,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const out = new Map<string, readonly string[]>();
  if (names.length === 0) return out;
  if (names.length > FEW && tree.filesWithWords !== undefined) {
    const files = (await tree.list()).filter((path) => hasEnding(endings)(path) && isWanted(path));
    return tree.filesWithWords(new Set(names), files);
  }
  const all = tree.filesContaining === undefined ? (await tree.list()).filter(hasEnding(endings)) : [];
  for (const name of names) {
    const files = ((await tree.filesContaining?.(name, endings)) ?? all).filter(isWanted);
    if (files.length > 0) out.set(name, files);
  }
  return out;
}
