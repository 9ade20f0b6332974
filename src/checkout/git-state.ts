import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { trackedIn } from './file-list.ts';
import { type GitContext, GitExit, gitFailed, openGit, orExit, orFail, orNot } from './git.ts';
import { VERSION_FILE } from './version.ts';

interface GitPlace {
  /** The tree's path inside the repository's work tree: empty at its top, else `ends/with/slash/`. */
  readonly prefix: string;
  readonly commit: string;
}

/**
 * Which commit the tree at `root` is of.
 * A tree inside another project's repository that does not track it (a tarball unpacked there) is not git's.
 * @returns `undefined` when git does not keep this tree, there is no commit yet, or git is not installed (then with a warning).
 */
export async function findGit(root: string, ctx: Context): Promise<GitPlace | undefined> {
  if (!(await mayBeInRepository(root))) return undefined;
  const plain = (text: string) => ctx.emit({ type: 'message', level: 'warning', text });
  const git = await openGit(root, ctx);
  let found: string | GitExit;
  try {
    found = await orExit(git.raw(['rev-parse', '--is-inside-work-tree', '--show-toplevel', '--show-prefix']));
  } catch (error) {
    if (!(error instanceof UserError) || error.diagnostics[0]?.code !== 'checkout/no-git') throw error;
    plain('git is not installed: the tree is taken as a plain folder, without commit and local changes');
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
  plain(`the git repository of ${root} has no commit yet: the tree is taken as a plain folder`);
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

/**
 * The state of a tree that `findGit` found: its description as `git describe --tags` says it, `undefined` without tags (a
 * shallow clone); and the paths below the root that differ from the commit, sorted: edited, added, deleted, untracked but
 * not ignored.
 */
export async function gitState(root: string, { prefix }: GitPlace, ctx: GitContext) {
  const git = await openGit(root, ctx);
  const calls = [orNot(git.raw(['describe', '--tags'])), changesIn(root, prefix, ctx)] as const;
  const [describe, changes] = await Promise.all(calls);
  return { describe: describe?.trim(), changes };
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
  // git-status(1): `XY PATH` and NUL, from the repository's top.
  const paths = status.split('\0').map((entry) => entry.slice(3));
  const changes = paths.flatMap((file) => (file !== '' && file.startsWith(prefix) ? [file.slice(prefix.length)] : []));
  for (const name of submodules) {
    const below = await changesIn(path.join(root, name), '', ctx);
    changes.push(...below.map((file) => `${name}/${file}`));
  }
  return changes.sort(byCodeUnit);
}

/** When the commit was made, in seconds since 1970. */
export async function commitTime(root: string, commit: string, ctx: GitContext): Promise<number> {
  const git = await openGit(root, ctx);
  return Number((await orFail("read the commit's date", root, git.show(['-s', '--format=%ct', commit]))).trim());
}
