import { lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { below, hasEnding } from './file-paths.ts';
import { filesContaining, filesWithWords } from './files-containing.ts';
import { blobId, readLatin1 } from './latin1.ts';
import { storedTree } from './line-ends.ts';
import { checkoutFiles } from './open.ts';
import type { Checkout, SourceFile, SourceTree } from './types.ts';

/**
 * A checkout as it lies on disk, local changes included. What is not among its files (build products, ignored files)
 * cannot be read. A file is read once: the tree stays as it was first seen.
 */
export function folderTree(checkout: Checkout, ctx: Context): SourceTree {
  const seen = new Map<string, Promise<SourceFile | undefined>>();
  let members: Promise<ReadonlySet<string>> | undefined;
  const read = async (file: string): Promise<SourceFile | undefined> => {
    members ??= checkoutFiles(checkout, ctx).then((files) => new Set(files));
    if (!(await members).has(file)) return undefined;
    const full = path.join(checkout.root, file);
    const text = await readLatin1(full);
    if (text === undefined) return undefined;
    const { mode } = await stat(full);
    const link = (await lstat(full)).isSymbolicLink();
    return { path: file, text, blob: blobId(text), executable: (mode & 0o100) !== 0, ...(link ? { link } : {}) };
  };
  const tree: SourceTree = {
    version: checkout.version,
    base: checkout.base,
    label: checkout.root,
    list: async (under) => below(await checkoutFiles(checkout, ctx), under),
    filesContaining: async (text, endings) => {
      const files = await checkoutFiles(checkout, ctx);
      return filesContaining(checkout, text, files.filter(hasEnding(endings)), ctx);
    },
    filesWithWords: async (words, files) => filesWithWords(checkout.root, words, files),
    read: (file) => {
      const known = seen.get(file) ?? read(file);
      seen.set(file, known);
      return known;
    },
  };
  if (checkout.base.kind !== 'git') return tree;
  return { ...tree, asStored: (paths = []) => storedTree(tree, checkout.root, paths, ctx) };
}
