import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { trackedIn } from './file-list.ts';
import { type GitContext, GitExit, gitFailed, openGit, orExit, orFail, orNot } from './git.ts';
import { VERSION_FILE } from './version.ts';

/** A tree that git keeps. */
export interface GitPlace {
  /** The tree's path inside the repository's work tree: empty at its top, else `ends/with/slash/`. */
  readonly prefix: string;
  readonly commit: string;
}

/** Its state beside the commit. */
export interface GitState extends GitPlace {
  /** As `git describe --tags` says it; `undefined` without tags (a shallow clone). */
  readonly describe: string | undefined;
  /** Paths below the root that differ from the commit, sorted: edited, added, deleted, untracked but not ignored. */
  readonly changes: readonly string[];
}

/**
 * Which commit the tree at `root` is of.
 * A tree inside another project's repository that does not track it (a tarball unpacked there) is not git's.
 * @returns `undefined` when git does not keep this tree, there is no commit yet, or git is not installed (then with a warning).
 */
export async function findGit(root: string, ctx: Context): Promise<GitPlace | undefined> {
  if (!(await mayBeInRepository(root))) return undefined;
  const git = await openGit(root, ctx);
  let found: string | GitExit;
  try {
    found = await orExit(git.raw(['rev-parse', '--is-inside-work-tree', '--show-toplevel', '--show-prefix']));
  } catch (error) {
    if (!(error instanceof UserError) || error.diagnostics[0]?.code !== 'checkout/no-git') throw error;
    ctx.emit({
      type: 'message',
      level: 'warning',
      text: 'git is not installed: the tree is taken as a plain folder, without commit and local changes',
    });
    return undefined;
  }
  if (found instanceof GitExit) {
    if (/not a git repository|must be run in a work tree/.test(found.result.stderr)) return undefined;
    throw gitFailed('look into the repository', root, found);
  }
  const [inside, top, prefix = ''] = found.split('\n');
  if (inside !== 'true' || top === undefined) return undefined;
  if ((await realpath(top)) !== (await realpath(root))) {
    if ((await orNot(git.raw(['ls-files', '--error-unmatch', '--', VERSION_FILE]))) === undefined) return undefined;
  }
  const commit = await orNot(git.revparse(['--verify', '--quiet', 'HEAD^{commit}']));
  if (commit !== undefined) return { prefix, commit };
  ctx.emit({
    type: 'message',
    level: 'warning',
    text: `the git repository of ${root} has no commit yet: the tree is taken as a plain folder`,
  });
  return undefined;
}

/** Where a folder is in the repository around it: `vendor/cpython`; empty for its root, and where there is none. */
export async function folderInRepository(root: string, ctx: Context): Promise<string> {
  if (!existsSync(root) || !(await mayBeInRepository(root))) return '';
  const prefix = await orNot((await openGit(root, ctx)).raw(['rev-parse', '--show-prefix']));
  return prefix?.replace(/\/?\n$/, '') ?? '';
}

/** Whether git could find a repository from here upwards. To ask git itself costs a process. */
async function mayBeInRepository(root: string): Promise<boolean> {
  for (let folder = await realpath(root); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return true;
    // A bare repository, or the inside of a `.git`.
    if (existsSync(path.join(folder, 'HEAD')) && existsSync(path.join(folder, 'objects'))) return true;
    if (folder === path.dirname(folder)) return false;
  }
}

/** Description and local changes of a tree that `findGit` found. */
export async function gitState(root: string, place: GitPlace, ctx: GitContext): Promise<GitState> {
  const git = await openGit(root, ctx);
  const [describe, changes] = await Promise.all([
    orNot(git.raw(['describe', '--tags'])),
    changesIn(root, place.prefix, ctx),
  ]);
  return { ...place, describe: describe?.trim(), changes };
}

/** What differs from the commit, in the submodules that are checked out, too: git would look into those with their own settings. */
async function changesIn(root: string, prefix: string, ctx: GitContext): Promise<readonly string[]> {
  const git = await openGit(root, ctx);
  // Not by simple-git's `status`: it takes spaces off the ends of names.
  const how = ['--porcelain=v1', '-z', '--untracked-files=all', '--no-renames'];
  const [status, { submodules }] = await Promise.all([
    orFail('see what was changed', root, git.raw(['status', ...how, '--', '.'])),
    trackedIn(root, ctx),
  ]);
  const changes = [...parseStatus(status, prefix)];
  for (const name of submodules) {
    const below = await changesIn(path.join(root, name), '', ctx);
    changes.push(...below.map((file) => `${name}/${file}`));
  }
  return changes.sort(byCodeUnit);
}

/**
 * The paths in `git status --porcelain=v1 -z` (git-status(1)), sorted, relative to the tree.
 * @param prefix the tree's place in the repository: git prints paths from the repository's top.
 */
export function parseStatus(text: string, prefix: string): readonly string[] {
  const paths = new Set<string>();
  const entries = text.split('\0');
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] ?? '';
    if (entry.length < 4) continue;
    const names = [entry.slice(3)];
    // A rename or copy is followed by the old name.
    if (/[RC]/.test(entry.slice(0, 2))) names.push(entries[++i] ?? '');
    for (const name of names) if (name.startsWith(prefix)) paths.add(name.slice(prefix.length));
  }
  return [...paths].sort(byCodeUnit);
}

/** When the commit was made, in seconds since 1970. */
export async function commitTime(root: string, commit: string, ctx: GitContext): Promise<number> {
  const git = await openGit(root, ctx);
  return Number((await orFail("read the commit's date", root, git.show(['-s', '--format=%ct', commit]))).trim());
}
