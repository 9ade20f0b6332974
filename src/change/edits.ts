import { lstatSync } from 'node:fs';
import path from 'node:path';
import { openGit, orFail } from '../checkout/git.ts';
import { gitTree } from '../checkout/git-tree.ts';
import { folderTree, openCheckout } from '../checkout/index.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { GivenChange } from '../patch/series.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { betweenTrees } from './between-trees.ts';

/**
 * The uncommitted edits of a checkout, new files that git does not ignore included, as one change of its commit.
 * @throws UserError `change/no-git`, `change/no-edits`, `change/hidden`.
 */
export async function givenEdits(
  dir: string,
  ctx: Context,
): Promise<{ readonly base: string; readonly change: GivenChange }> {
  const checkout = await openCheckout(dir, ctx);
  const { base, root, localChanges } = checkout;
  const place = { file: root };
  if (base.kind !== 'git') {
    const message = '--dirty: the checkout is in no git repository, so nothing says what was edited';
    throw new UserError({ code: 'change/no-git', message, place, hint: 'name a patch, or another checkout' });
  }
  const from = await gitTree(root, base.commit, ctx);
  await refuseHidden(root, from, folderTree(checkout, ctx), ctx);
  if (localChanges.length === 0) throw noEdits(place);
  const identity = {
    id: 'uncommitted',
    title: `Uncommitted edits of ${localChanges.length === 1 ? localChanges[0] : `${localChanges.length} files`}`,
    why: '',
    version: '',
    hash: sha256(Buffer.from(base.treeHash)),
  };
  const origin = { kind: 'range', from: base.commit, to: 'the work tree' } as const;
  const paths = new Map(localChanges.map((name) => [name, undefined]));
  const odd = localChanges.filter((name) =>
    lstatSync(path.join(root, name), { throwIfNoEntry: false })?.isSymbolicLink(),
  );
  const change = await betweenTrees({ identity, origin }, from, folderTree(checkout, ctx), { paths, odd });
  if (change !== undefined) return { base: base.commit, change };
  throw noEdits(place);
}

/** @throws UserError for edited files that git was told not to look at: whether they belong to the change is not known. */
async function refuseHidden(root: string, from: SourceTree, to: SourceTree, ctx: Context): Promise<void> {
  const git = await openGit(root, ctx);
  const listed = await orFail(
    'list the files that git does not look at',
    root,
    git.raw(['ls-files', '-v', '-z', '--', '.']),
  );
  // git-ls-files(1): a small letter is assume-unchanged, S is skip-worktree.
  const hidden = listed.split('\0').flatMap((entry) => (/^(?:[a-z]|S) /.test(entry) ? [entry.slice(2)] : []));
  const edited: string[] = [];
  for (const name of hidden) {
    // One that is not there is what a sparse checkout leaves out.
    if (lstatSync(path.join(root, name), { throwIfNoEntry: false }) === undefined) continue;
    const [was, is] = [await from.read(name), await to.read(name)];
    if (was?.blob !== is?.blob || was?.executable !== is?.executable) edited.push(name);
  }
  if (edited.length === 0) return;
  throw new UserError({
    code: 'change/hidden',
    message: `--dirty: ${edited.length === 1 ? `${edited[0]} is` : `${edited.length} files are`} edited, and git was told not to look at ${edited.length === 1 ? 'it' : 'them'} (assume-unchanged or skip-worktree)`,
    place: { file: path.join(root, edited[0] ?? '') },
    detail: edited.slice(0, 20),
    hint: 'take that back: `git update-index --no-assume-unchanged --no-skip-worktree FILE`; or put the file back as it was committed',
  });
}

const noEdits = (place: { readonly file: string }) =>
  new UserError({
    code: 'change/no-edits',
    message: '--dirty: nothing is edited: the checkout is as it was committed',
    place,
    hint: 'for commits name a range: BASE..HEAD',
  });
