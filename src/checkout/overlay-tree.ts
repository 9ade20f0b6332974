import { byCodeUnit } from '../system/hash.ts';
import { blobId } from './latin1.ts';
import type { SourceTree } from './types.ts';

/** A file's new content: what a patch makes of it. */
export interface ChangedFile {
  readonly path: string;
  /** The whole file as latin1. */
  readonly after: string;
  /** Default: as it was; a new file is not executable. */
  readonly executable?: boolean | undefined;
}

/**
 * A tree with changes upon it, for a series: later patches read what earlier ones made.
 * @param changes when a path occurs twice, the last one counts.
 */
export function overlayTree(tree: SourceTree, changes: readonly ChangedFile[]): SourceTree {
  const changed = new Map(changes.map((change) => [change.path, change]));
  return {
    version: tree.version,
    base: tree.base,
    label: tree.label,
    list: async () => {
      const paths = await tree.list();
      const known = new Set(paths);
      const added = [...changed.keys()].filter((path) => !known.has(path));
      return added.length === 0 ? paths : [...paths, ...added].sort(byCodeUnit);
    },
    ...(tree.filesContaining === undefined
      ? {}
      : {
          filesContaining: async (text, files) => {
            const below = files.filter((file) => !changed.has(file));
            const found = new Set(await tree.filesContaining?.(text, below));
            return files.filter((file) => found.has(file) || changed.get(file)?.after.includes(text));
          },
        }),
    read: async (path) => {
      const change = changed.get(path);
      if (change === undefined) return tree.read(path);
      const executable = change.executable ?? (await tree.read(path))?.executable ?? false;
      return { path, text: change.after, blob: blobId(change.after), executable };
    },
  };
}
