import { byCodeUnit } from '../system/hash.ts';
import { below, hasEnding } from './file-paths.ts';
import { blobId } from './latin1.ts';
import { holds } from './sought.ts';
import type { SourceTree } from './types.ts';

export interface ChangedFile {
  readonly path: string;
  /** The whole file as latin1. */
  readonly after: string;
  /** Default: as it was; a new file is not executable. */
  readonly executable?: boolean | undefined;
  /** `removed`: the file is not there any more. */
  readonly is?: 'made' | 'removed' | undefined;
}

/**
 * A tree with changes upon it, for a series: later patches read what earlier ones made.
 * @param changes when a path occurs twice, the last one counts.
 */
export function overlayTree(tree: SourceTree, changes: readonly ChangedFile[]): SourceTree {
  const changed = new Map(changes.map((change) => [change.path, change]));
  const there = new Map([...changed].filter(([, { is }]) => is !== 'removed'));
  return {
    version: tree.version,
    base: tree.base,
    label: tree.label,
    list: async (under) => {
      const listed = await tree.list(under);
      const paths = listed.filter((path) => changed.get(path)?.is !== 'removed');
      const known = new Set(listed);
      const added = below([...there.keys()], under).filter((path) => !known.has(path));
      return added.length === 0 ? paths : [...paths, ...added].sort(byCodeUnit);
    },
    ...(tree.filesContaining === undefined
      ? {}
      : {
          filesContaining: async (text, endings) => {
            const found = (await tree.filesContaining?.(text, endings)) ?? [];
            const mine = [...there.keys()].filter(hasEnding(endings));
            const holding = mine.filter((path) => holds(there.get(path)?.after ?? '', text));
            return [...new Set([...found.filter((path) => !changed.has(path)), ...holding])].sort(byCodeUnit);
          },
        }),
    read: async (path) => {
      const change = changed.get(path);
      if (change === undefined) return tree.read(path);
      if (change.is === 'removed') return undefined;
      const executable = change.executable ?? (await tree.read(path))?.executable ?? false;
      return { path, text: change.after, blob: blobId(change.after), executable };
    },
  };
}
