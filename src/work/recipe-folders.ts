import path from 'node:path';
import { packageRoot } from '../system/assets.ts';

/** Where recipes are looked for: the folders that the user named, ./recipes, and the shipped ones. */
export function recipeFolders(named: readonly string[]): string[] {
  const folders = [
    ...named.map((dir) => path.resolve(dir)),
    path.resolve('recipes'),
    path.join(packageRoot(), 'recipes'),
  ];
  return [...new Set(folders)];
}
