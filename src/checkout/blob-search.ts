import { byCodeUnit } from '../system/hash.ts';
import { hasEnding } from './file-paths.ts';
import { filesBelow, type GitEntry, type GitObjects } from './git-objects.ts';
import type { Sought } from './sought.ts';

/**
 * Looks for one text in the files with some endings of many trees. A blob is read once, and the answer for a folder is
 * kept by its id.
 * @returns what gives the paths of the files in the tree `root` that hold the text, sorted by code unit; links are not
 * followed. `along`: trees that are searched at the same time, as they are likely to be asked for next.
 */
export function blobSearch(objects: GitObjects, text: Sought, endings: readonly string[]) {
  const hasOne = hasEnding(endings);
  const isWanted = (name: string, entry: GitEntry) => entry.mode.startsWith('100') && hasOne(name);
  const blobs = new Map<string, boolean>();
  const folders = new Map<string, readonly string[]>();
  /** One search at a time: the next one finds what this one has read. */
  let last: Promise<unknown> = Promise.resolve();

  async function search(roots: readonly string[]): Promise<void> {
    const open = roots.filter((id) => !folders.has(id));
    const trees = await objects.treesBelow(open);
    const unread = new Set<string>();
    const seen = new Set<string>();
    const collect = (id: string): void => {
      if (seen.has(id) || folders.has(id)) return;
      seen.add(id);
      for (const [name, entry] of trees.get(id) ?? []) {
        if (entry.mode === '40000') collect(entry.id);
        else if (isWanted(name, entry) && !blobs.has(entry.id)) unread.add(entry.id);
      }
    };
    for (const id of open) collect(id);
    const holding = await objects.containing([...unread], text);
    for (const id of unread) blobs.set(id, holding.has(id));
    for (const id of open) filesBelow(id, trees, folders, (name, e) => isWanted(name, e) && blobs.get(e.id) === true);
  }

  return (root: string, along: readonly string[]): Promise<readonly string[]> => {
    const answer = last.then(async () => {
      if (!folders.has(root)) await search([root, ...along]);
      return [...(folders.get(root) ?? [])].sort(byCodeUnit);
    });
    last = answer.catch(() => {});
    return answer;
  };
}
