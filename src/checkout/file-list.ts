import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { withFileProblems } from '../system/files.ts';
import { byCodeUnit } from '../system/hash.ts';
import { buildProduct, isSourcePath } from './build-products.ts';
import { type GitContext, openGit, orFail } from './git.ts';

/**
 * The files that are the tree, sorted by code unit, relative with '/'. Symbolic links are files here.
 * In git: what is tracked or untracked but not ignored, as far as it is in the work tree. Elsewhere: everything but
 * build products and version control's own folders. Patch leftovers (`*.orig`, `*.rej`) stay: they are the user's.
 */
export async function listFiles(
  root: string,
  how: { readonly git: boolean; readonly builtInPlace: boolean },
  ctx: Context,
): Promise<readonly string[]> {
  const { tracked, others } = how.git
    ? await gitFiles(root, ctx)
    : { tracked: [], others: await withFileProblems(`read ${root}`, async () => walk(root)) };
  const all = new Set([...tracked, ...others]);
  const tree = { builtInPlace: how.builtInPlace, has: (file: string) => all.has(file) };
  const kept = others.filter((file) => isSourcePath(file) && buildProduct(file, tree) === undefined);
  return [...new Set([...tracked, ...kept])].sort(byCodeUnit);
}

/** git's view of a work tree, submodules that are checked out included. */
async function gitFiles(root: string, ctx: GitContext): Promise<{ tracked: string[]; others: string[] }> {
  const git = await openGit(root, ctx);
  const [{ files, submodules }, untracked] = await Promise.all([
    trackedIn(root, ctx),
    orFail(LISTING, root, git.raw(['ls-files', '-z', '--others', '--exclude-standard'])),
  ]);
  const tracked = files.filter((file) => exists(path.join(root, file)));
  // A folder with a repository of its own that git does not track is listed as `name/`: it is not this tree's.
  const others = untracked.split('\0').filter((file) => file !== '' && !file.endsWith('/'));
  for (const folder of submodules) {
    const inner = await gitFiles(path.join(root, folder), ctx);
    tracked.push(...inner.tracked.map((name) => `${folder}/${name}`));
    others.push(...inner.others.map((name) => `${folder}/${name}`));
  }
  return { tracked, others };
}

const LISTING = "list the tree's files";

/** What git tracks below a folder, and the submodules there that are checked out. */
export async function trackedIn(root: string, ctx: GitContext): Promise<{ files: string[]; submodules: string[] }> {
  const git = await openGit(root, ctx);
  const [files, submodules]: [string[], string[]] = [[], []];
  for (const entry of (await orFail(LISTING, root, git.raw(['ls-files', '-z', '--stage']))).split('\0')) {
    const tab = entry.indexOf('\t');
    const file = entry.slice(tab + 1);
    if (tab >= 0 && !entry.startsWith('160000 ')) files.push(file);
    else if (tab >= 0 && exists(path.join(root, file, '.git'))) submodules.push(file);
  }
  return { files, submodules };
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** All files and links below a folder. Synchronous: five times as fast as promises, and a tree is a few thousand entries. */
function walk(root: string): string[] {
  const found: string[] = [];
  const enter = (folder: string): void => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (isSourcePath(name)) enter(name);
      } else if (entry.isFile() || entry.isSymbolicLink()) found.push(name);
    }
  };
  enter('');
  return found;
}
