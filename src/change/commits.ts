import path from 'node:path';
import { openGit, orFail, orNot } from '../checkout/git.ts';
import { gitTrees, resolve } from '../checkout/git-tree.ts';
import type { SourceTree } from '../checkout/types.ts';
import { namedFiles } from '../diff/locate.ts';
import { parsePatch } from '../diff/read.ts';
import type { GivenChange } from '../patch/series.ts';
import type { Origin } from '../patch/types.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { betweenTrees, type Compared } from './between-trees.ts';
import { nameOf } from './names.ts';

/** A line of more commits than this, or one with merges in it, is one change. */
const MOST_COMMITS = 50;

/** A branch against what it grew from. */
export interface GivenCommits {
  /** The commit that the changes are made on: what both ends have in common. */
  readonly base: string;
  readonly changes: readonly GivenChange[];
}

/** `FROM..TO` as two names; `undefined` for what is no range. */
export function rangeOf(text: string): { readonly from: string; readonly to: string } | undefined {
  const [, from, to] = /^(.*[^.])\.\.([^.].*)?$/s.exec(text) ?? [];
  return from === undefined ? undefined : { from, to: to ?? 'HEAD' };
}

/**
 * The commits that one end of a repository's history has and the other has not, as changes of a series: each by itself
 * where they are a line of at most 50, else all in one.
 * @param dir a folder in the repository, the tree's own.
 * @throws UserError `checkout/no-repository`, `checkout/no-ref`, `checkout/not-cpython`, `change/no-commits`, `change/unrelated`.
 */
export async function givenCommits(dir: string, from: string, to: string, ctx: Context): Promise<GivenCommits> {
  const root = path.resolve(dir);
  const said = `${from}..${to}`;
  const results = await gitTrees(root, [from, to], ctx);
  const problems = results.flatMap((result) => ('problem' in result ? [result.problem] : []));
  if (problems.length > 0) throw new UserError(problems);
  const git = await openGit(root, ctx);
  const base = (await orNot(git.raw(['merge-base', from, to])))?.trim();
  if (base === undefined) {
    throw new UserError({
      code: 'change/unrelated',
      message: `${from} and ${to} have no commit in common`,
      place: { file: root },
      hint: `\`git fetch --unshallow\` brings the history that a shallow clone left out; or compare the two as trees: forkwright compare ${from} ${to}`,
    });
  }
  const listed = await orFail(
    'list the commits',
    root,
    git.raw(['rev-list', '--reverse', '--parents', `${base}..${to}`, '--']),
  );
  const commits = listed.split('\n').filter((line) => line !== '');
  if (commits.length === 0) {
    throw new UserError({
      code: 'change/no-commits',
      message: `${said} is empty: ${to} has no commit that ${from} has not`,
      place: { file: root },
      hint: 'name the older end first: BASE..BRANCH',
    });
  }
  const names = commits.map((line) => line.split(' '));
  const ends = [base, ...names.map(([commit = '']) => commit)];
  const isLine =
    names.length <= MOST_COMMITS && names.every(([, ...parents], i) => parents.length === 1 && parents[0] === ends[i]);
  const steps = isLine ? ends : [base, ends.at(-1) ?? base];
  const trees = await treesOf(root, steps, ctx);
  const changes: GivenChange[] = [];
  const without: string[] = [];
  for (const [i, to] of trees.slice(1).entries()) {
    const from = trees[i];
    if (from === undefined) throw new Error('a commit without the one before it');
    const change = isLine
      ? await ofCommit(root, from, to, ctx)
      : await ofRange(root, said, from, to, commits.length, ctx);
    if (change === undefined) without.push(to.commit.slice(0, 12));
    else changes.push(change);
  }
  if (without.length > 0) {
    const text = `left out, as they change no file of the tree: ${without.join(', ')}`;
    ctx.emit({ type: 'message', level: 'warning', text });
  }
  if (changes.length > 0) return { base, changes };
  throw new UserError({
    code: 'change/no-commits',
    message: `${said} changes no file of the tree`,
    place: { file: root },
    hint: 'name commits that do',
  });
}

interface CommitTree {
  readonly commit: string;
  readonly tree: SourceTree;
}

async function treesOf(root: string, commits: readonly string[], ctx: Context): Promise<readonly CommitTree[]> {
  const ids = await resolve(
    root,
    commits.map((commit) => `${commit}^{commit}`),
    ctx,
  );
  const found = await gitTrees(
    root,
    ids.map((id, i) => id ?? commits[i] ?? ''),
    ctx,
  );
  return found.map((result) => {
    if ('problem' in result) throw new UserError(result.problem);
    return { commit: result.ref, tree: result.tree };
  });
}

async function ofCommit(
  root: string,
  from: CommitTree,
  to: CommitTree,
  ctx: Context,
): Promise<GivenChange | undefined> {
  const git = await openGit(root, ctx);
  const format = '--format=%s%x00%an <%ae>%x00%aI%x00%b';
  const said = await orFail('read a commit', root, git.show(['-s', format, to.commit]));
  const [title = '', author = '', date = '', body = ''] = said.split('\0');
  const origin: Origin = { kind: 'commit', commit: to.commit, author, date };
  const { commit } = to;
  const identity = { id: commit.slice(0, 12), title, why: body.trim(), version: '', hash: sha256(Buffer.from(commit)) };
  return betweenTrees({ identity, origin }, from.tree, to.tree, await diffOf(root, from.commit, commit, title, ctx));
}

async function ofRange(
  root: string,
  said: string,
  from: CommitTree,
  to: CommitTree,
  count: number,
  ctx: Context,
): Promise<GivenChange | undefined> {
  const id = said.replace(/[^\w.+-]+/g, '-').replace(/^[.-]+/, '');
  const hash = sha256(Buffer.from(`${from.commit}..${to.commit}`));
  const identity = { id, title: `${said}: ${count} commits`, why: '', version: '', hash };
  const origin: Origin = { kind: 'range', from: from.commit, to: to.commit };
  return betweenTrees({ identity, origin }, from.tree, to.tree, await diffOf(root, from.commit, to.commit, said, ctx));
}

/** git's own diff of two commits: exact, binary files included, and quick where a generated file of 10,000 lines was made anew. */
async function diffOf(root: string, from: string, to: string, name: string, ctx: Context): Promise<Compared> {
  const git = await openGit(root, ctx, { encoding: 'latin1' });
  const how = ['-r', '-p', '--binary', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv', '--relative'];
  const call = git.raw(['diff-tree', ...how, from, to, '--', '.']);
  const text = await orFail('compare two commits', root, call);
  const located = text === '' ? [] : parsePatch(text, name).flatMap((parsed) => namedFiles(parsed));
  const paths = new Map(located.map(({ old, now, patch }) => [nameOf(now ?? old ?? ''), patch.hunks]));
  const odd = located.flatMap(({ old, now, patch: { oldMode, newMode } }) =>
    [oldMode, newMode].some((mode) => mode === '120000' || mode === '160000') ? [nameOf(now ?? old ?? '')] : [],
  );
  return { text, paths, odd };
}
