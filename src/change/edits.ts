import { lstatSync } from 'node:fs';
import path from 'node:path';
import { gitTree } from '../checkout/git-tree.ts';
import { folderTree, openCheckout } from '../checkout/index.ts';
import type { GivenChange } from '../patch/series.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { sha256 } from '../system/hash.ts';
import { betweenTrees } from './between-trees.ts';

/**
 * The uncommitted edits of a checkout, new files that git does not ignore included, as one change of its commit.
 * @throws UserError `change/no-git`, `change/no-edits`.
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
  if (localChanges.length === 0) throw noEdits(place);
  const from = await gitTree(root, base.commit, ctx);
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

const noEdits = (place: { readonly file: string }) =>
  new UserError({
    code: 'change/no-edits',
    message: '--dirty: nothing is edited: the checkout is as it was committed',
    place,
    hint: 'for commits name a range: BASE..HEAD',
  });
