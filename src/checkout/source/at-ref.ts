import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { openGit, orNot } from '../git.ts';
import { noRef, noRepository, resolve } from '../git-tree.ts';
import { obtainSource } from './obtain.ts';

/**
 * The tree of a ref of a repository that is here, as a folder in the cache: fetched from it once, without its history.
 * The repository is only read.
 * @param dir a folder in the repository: its top, a bare repository, or the tree's own folder in a larger one.
 * @param ref anything that git resolves to a commit.
 * @returns the tree's folder, absolute.
 * @throws UserError `checkout/no-repository`, `checkout/no-ref`, and as `obtainSource`.
 */
export async function checkoutAtRef(dir: string, ref: string, ctx: Context): Promise<string> {
  const root = path.resolve(dir);
  const git = await openGit(root, ctx);
  const where = await orNot(git.raw(['rev-parse', '--git-common-dir', '--show-prefix']));
  const [folder = '', prefix = ''] = where?.split('\n') ?? [];
  if (folder === '') throw noRepository(root);
  const [commit] = await resolve(root, [`${ref}^{commit}`], ctx);
  if (commit === undefined) throw new UserError(noRef(root, ref));
  // In the address of a repository git decodes percent signs.
  const url = `file://${path.resolve(root, folder).replaceAll('%', '%25')}`;
  const { root: tree } = await obtainSource(`${url}#${commit}`, ctx, { inside: prefix });
  return tree;
}
