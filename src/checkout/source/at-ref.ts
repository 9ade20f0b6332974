import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { runGit } from '../git.ts';
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
  const where = await runGit(root, ['rev-parse', '--git-common-dir', '--show-prefix'], ctx);
  const [folder, prefix = ''] = where.stdout.split('\n');
  if (where.exitCode !== 0 || folder === undefined || folder === '') {
    throw new UserError({
      code: 'checkout/no-repository',
      message: `${root} is not a git repository, so it has no refs`,
      place: { file: root },
      hint: 'leave --ref out to use the folder as it is, or name a clone with --checkout',
    });
  }
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const found = await runGit(root, asked, ctx);
  if (found.exitCode !== 0) {
    throw new UserError({
      code: 'checkout/no-ref',
      message: `the repository has no commit ${ref}`,
      place: { file: root },
      hint: '`git tag --list` and `git branch --all` there say what it has; `git fetch --tags` brings what is missing',
    });
  }
  // In the address of a repository git decodes percent signs.
  const url = `file://${path.resolve(root, folder).replaceAll('%', '%25')}`;
  const { root: tree } = await obtainSource(`${url}#${found.stdout.trim()}`, ctx, { inside: prefix });
  return tree;
}
