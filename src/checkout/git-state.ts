import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { git, gitFailed, runGit } from './git.ts';
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
  let found: Awaited<ReturnType<typeof runGit>>;
  try {
    found = await runGit(root, ['rev-parse', '--is-inside-work-tree', '--show-toplevel', '--show-prefix'], ctx);
  } catch (error) {
    if (!(error instanceof UserError) || error.diagnostics[0]?.code !== 'checkout/no-git') throw error;
    ctx.emit({
      type: 'message',
      level: 'warning',
      text: 'git is not installed: the tree is taken as a plain folder, without commit and local changes',
    });
    return undefined;
  }
  const [inside, top, prefix = ''] = found.stdout.split('\n');
  if (found.exitCode !== 0 || inside !== 'true' || top === undefined) {
    if (/not a git repository|must be run in a work tree/.test(found.stderr) || found.exitCode === 0) return undefined;
    throw gitFailed('look into the repository', root, found);
  }
  if ((await realpath(top)) !== (await realpath(root))) {
    const tracked = await runGit(root, ['ls-files', '--error-unmatch', '--', VERSION_FILE], ctx);
    if (tracked.exitCode !== 0) return undefined;
  }
  const head = await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], ctx);
  if (head.exitCode === 0) return { prefix, commit: head.stdout.trim() };
  ctx.emit({
    type: 'message',
    level: 'warning',
    text: `the git repository of ${root} has no commit yet: the tree is taken as a plain folder`,
  });
  return undefined;
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
export async function gitState(root: string, place: GitPlace, ctx: Context): Promise<GitState> {
  const [describe, status] = await Promise.all([
    runGit(root, ['describe', '--tags'], ctx),
    git(
      root,
      ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames', '--', '.'],
      ctx,
      'see what was changed',
    ),
  ]);
  return {
    ...place,
    describe: describe.exitCode === 0 ? describe.stdout.trim() : undefined,
    changes: parseStatus(status, place.prefix),
  };
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
export async function commitTime(root: string, commit: string, ctx: Pick<Context, 'env' | 'signal'>): Promise<number> {
  return Number((await git(root, ['show', '-s', '--format=%ct', commit], ctx, "read the commit's date")).trim());
}
