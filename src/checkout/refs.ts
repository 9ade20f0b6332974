import path from 'node:path';
import picomatch from 'picomatch';
import { UserError } from '../system/diagnostic.ts';
import { type GitContext, openGit, orFail } from './git.ts';

/**
 * Expands globs over the names of tags, branches and remote branches (`v3.*`, `origin/3.*`), in version order
 * (`v3.9` before `v3.10`). What is not a glob stays as it is: a commit, `HEAD~2`. No name comes twice.
 * @throws UserError `checkout/no-ref` when a glob matches nothing.
 */
export async function expandRefs(
  repo: string,
  patterns: readonly string[],
  ctx: GitContext,
): Promise<readonly string[]> {
  const isGlob = (pattern: string) => picomatch.scan(pattern).isGlob;
  const names = patterns.some(isGlob) ? await refNames(path.resolve(repo), ctx) : [];
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matches = isGlob(pattern) ? names.filter((name) => picomatch.isMatch(name, pattern)) : [pattern];
    if (matches.length === 0) {
      throw new UserError({
        code: 'checkout/no-ref',
        message: `no tag or branch matches ${pattern}`,
        place: { file: repo },
        hint: '`git fetch --tags` brings tags that a shallow clone left out',
        detail: names.length === 0 ? [] : [`there are ${names.length} names, such as ${names.slice(-5).join(', ')}`],
      });
    }
    for (const match of matches) found.add(match);
  }
  return [...found];
}

async function refNames(repo: string, ctx: GitContext): Promise<readonly string[]> {
  const format = '--format=%(refname:lstrip=2)';
  const args = ['for-each-ref', '--sort=version:refname', format, 'refs/tags', 'refs/heads', 'refs/remotes'];
  const answer = await orFail('list tags and branches', repo, (await openGit(repo, ctx)).raw(args));
  return [...new Set(answer.split('\n').filter((name) => name !== '' && !name.endsWith('/HEAD')))];
}
