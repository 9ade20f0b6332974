import path from 'node:path';
import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import { blobSearch } from './blob-search.ts';
import { type GitContext, openGit, orFail, orNot } from './git.ts';
import { filesBelow, type GitEntry, GitObjects } from './git-objects.ts';
import type { Sought } from './sought.ts';
import type { SourceFile, SourceTree } from './types.ts';
import { parseVersion, VERSION_FILE } from './version.ts';

/** One of several refs: its tree, or why it has none. */
export type GitTreeResult =
  | { readonly ref: string; readonly tree: SourceTree }
  | { readonly ref: string; readonly problem: Diagnostic };

/** Of how many paths the other refs' versions are fetched along: a recipe's files are read in every ref. */
const SHARED_PATHS = 64;

const LINKS = 8;

/**
 * The tree of one ref of a repository, without touching its work tree.
 * @param repo a folder in the repository: its top, a bare repository, or the tree's own folder in a larger one.
 * @param ref anything that git resolves to a commit.
 * @throws UserError `checkout/no-repository`, `checkout/no-ref`, `checkout/not-cpython`.
 */
export async function gitTree(repo: string, ref: string, ctx: GitContext): Promise<SourceTree> {
  const [result] = await gitTrees(repo, [ref], ctx);
  if (result === undefined) throw new Error('no result for one ref');
  if ('problem' in result) throw new UserError(result.problem);
  return result.tree;
}

/**
 * The trees of many refs at once: they share one object cache, and a path that is read in one is fetched for all.
 * A ref that cannot be used is a result with its problem, in its place: the others go on.
 * `base.treeHash` of such a tree is `git:` and the id of git's tree object: as good a name of the same bytes, for free.
 */
export async function gitTrees(
  repo: string,
  refs: readonly string[],
  ctx: GitContext,
): Promise<readonly GitTreeResult[]> {
  const root = path.resolve(repo);
  const where = await orNot((await openGit(root, ctx)).raw(['rev-parse', '--show-prefix']));
  if (where === undefined) throw noRepository(root);
  const prefix = where.replace(/\n$/, '');
  const commitsOf = refs.map((ref) => `${ref}^{commit}`);
  const commits = await resolve(root, commitsOf, ctx);
  const rootsOf = commits.map((commit) => `${commit ?? '0'}:${prefix}`);
  const roots = await resolve(root, rootsOf, ctx);
  const family = familyOf(new GitObjects(root, ctx), roots);
  const describes = await describe(root, commits, ctx);
  const stated = await Promise.all(roots.map((_, index) => family.read(index, VERSION_FILE)));
  const versions = stated.map((file) => file && parseVersion(file.text));
  return refs.map((ref, index): GitTreeResult => {
    const commit = commits[index];
    const treeId = roots[index];
    if (commit === undefined || treeId === undefined) return { ref, problem: noRef(root, ref) };
    const version = versions[index];
    if (version === undefined) {
      const message = `${ref} is not a CPython tree: it has no ${VERSION_FILE} that states a version`;
      const hint = 'choose a ref of the CPython sources';
      return { ref, problem: { code: 'checkout/not-cpython', message, place: { file: root }, hint } };
    }
    // A recipe is for some minor versions: what it looks for in one of their trees, it looks for in all.
    const along = versions.flatMap((other, i) => (other?.short === version.short ? [i] : []));
    let all: Promise<readonly string[]> | undefined;
    const tree: SourceTree = {
      version,
      label: ref,
      base: { kind: 'git', commit, describe: describes[index], dirty: false, treeHash: `git:${treeId}` },
      list: (under) => {
        if (under !== undefined) return family.list(index, under);
        all ??= family.list(index);
        return all;
      },
      filesContaining: (text, endings) => family.filesContaining(index, along, text, endings),
      read: (file) => family.read(index, file),
    };
    return { ref, tree };
  });
}

/** Trees whose objects are fetched together, by their ids. */
function familyOf(objects: GitObjects, roots: readonly (string | undefined)[]) {
  const shared = new Set<string>();
  const searches = new Map<string, ReturnType<typeof blobSearch>>();
  const lists = new Map<string, readonly string[]>();

  /** The entry at a path in each of several trees, level by level; without a path the trees' own. */
  async function entries(ids: readonly (string | undefined)[], file?: string): Promise<(GitEntry | undefined)[]> {
    let at: (GitEntry | undefined)[] = ids.map((id) => (id === undefined ? undefined : { mode: '40000', id }));
    for (const name of file?.split('/') ?? []) {
      const trees = await objects.trees(at.flatMap((entry) => (entry?.mode === '40000' ? [entry.id] : [])));
      at = at.map((entry) => (entry?.mode === '40000' ? trees.get(entry.id)?.get(name) : undefined));
    }
    return at;
  }

  /** The file at `file` in the tree number `index`; links are followed inside the tree. */
  async function read(index: number, file: string, links = LINKS): Promise<SourceFile | undefined> {
    if (!shared.has(file) && shared.size < SHARED_PATHS) {
      shared.add(file);
      const everywhere = await entries(roots, file);
      await objects.prefetch(everywhere.flatMap((entry) => (entry?.mode.startsWith('100') ? [entry.id] : [])));
    }
    const [entry] = await entries([roots[index]], file);
    if (entry === undefined) return undefined;
    if (entry.mode === '120000') {
      if (links === 0) return undefined;
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), await objects.blob(entry.id)));
      const found = target.startsWith('..') ? undefined : await read(index, target, links - 1);
      return found === undefined ? undefined : { ...found, path: file, link: true };
    }
    if (!entry.mode.startsWith('100')) return undefined;
    const text = await objects.blob(entry.id);
    return { path: file, text, blob: entry.id, executable: entry.mode === '100755' };
  }

  /**
   * All paths of a tree, or of one of its folders. Listings of folders are shared between the trees that have the same
   * ones, and read for all of them at once.
   */
  async function list(index: number, under?: string): Promise<readonly string[]> {
    const tops = await entries(roots, under);
    const top = tops[index];
    if (top?.mode !== '40000') return [];
    const trees = await objects.treesBelow(
      tops.flatMap((entry) => (entry?.mode === '40000' && !lists.has(entry.id) ? [entry.id] : [])),
    );
    const files = filesBelow(top.id, trees, lists, (_, entry) => entry.mode !== '160000');
    const before = under === undefined ? '' : `${under}/`;
    return files.map((file) => before + file).sort(byCodeUnit);
  }

  /** Which files of the tree number `index` hold a text; the others in `along` are likely to be asked the same next. */
  async function filesContaining(index: number, along: readonly number[], text: Sought, endings: readonly string[]) {
    const root = roots[index];
    if (root === undefined) return [];
    const key = JSON.stringify([String(text), endings]);
    const search = searches.get(key) ?? blobSearch(objects, text, endings);
    searches.set(key, search);
    const others = along.flatMap((other) => roots[other] ?? []);
    return search(root, others);
  }

  return { read, list, filesContaining };
}

/** Object ids of revisions, by one process; `undefined` for what git does not know. */
export async function resolve(
  repo: string,
  revisions: readonly string[],
  ctx: GitContext,
): Promise<readonly (string | undefined)[]> {
  if (revisions.length === 0) return [];
  const asked = revisions.map((revision) => revision.replaceAll(/[\n\0]/g, ''));
  const git = await openGit(repo, ctx, { input: `${asked.join('\n')}\n` });
  const answer = await orFail('resolve refs', repo, git.catFile(['--batch-check=%(objectname)']));
  return answer
    .split('\n')
    .slice(0, revisions.length)
    .map((line) => (/^[0-9a-f]{40,64}$/.test(line) ? line : undefined));
}

/** `git describe --tags` for commits, by one process. */
async function describe(
  repo: string,
  commits: readonly (string | undefined)[],
  ctx: GitContext,
): Promise<readonly (string | undefined)[]> {
  const known = [...new Set(commits.filter((commit) => commit !== undefined))];
  if (known.length === 0) return commits.map(() => undefined);
  const git = await openGit(repo, ctx);
  const said = (await orNot(git.raw(['describe', '--tags', '--always', '--abbrev=40', ...known])))?.split('\n');
  const names = new Map(known.map((commit, index) => [commit, said?.[index]]));
  return commits.map((commit) => {
    const name = commit === undefined ? undefined : names.get(commit);
    return name === commit ? undefined : name;
  });
}

/** A folder whose refs were asked for, and which git does not keep. */
export function noRepository(folder: string): UserError {
  return new UserError({
    code: 'checkout/no-repository',
    message: `${folder} is not a git repository, so it has no refs`,
    place: { file: folder },
    hint: 'leave --ref out to use the folder as it is, or name a clone with --checkout',
  });
}

export function noRef(repo: string, ref: string): Diagnostic {
  return {
    code: 'checkout/no-ref',
    message: `the repository has no commit ${ref}`,
    place: { file: repo },
    hint: '`git tag --list` and `git branch --all` there say what it has; `git fetch --tags` brings what is missing',
  };
}
