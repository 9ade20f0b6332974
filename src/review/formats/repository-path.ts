import path from 'node:path';
import type { Review } from '../types.ts';

/**
 * A place's file as code scanning, reviewdog and GitHub's reviews count paths: from the root of the repository, in which the
 * tree may be a folder. Patch files and recipes are not of the tree: they stay as they are named.
 */
export function repositoryPath(file: string, { checkout, patches }: Review): string {
  const folder = checkout?.folder ?? '';
  if (folder === '' || path.isAbsolute(file) || file.startsWith('../')) return file;
  const isChanged = patches.some(({ files }) => files.some((one) => one.path === file || one.oldPath === file));
  const isOther = /\.ya?ml$/.test(file) || patches.some((patch) => patch.file === file);
  return isChanged || !isOther ? `${folder}/${file}` : file;
}
