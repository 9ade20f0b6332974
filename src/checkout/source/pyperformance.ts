import type { Context } from '../../system/context.ts';
import { sha256 } from '../../system/hash.ts';
import { cached, type ObtainedBenchmarks } from './cached.ts';
import { fetchFromGit, resolveRemote } from './from-git.ts';

export const PYPERFORMANCE_URL = 'https://github.com/python/pyperformance';

/**
 * pyperformance's repository, its newest commit when it was first fetched, without history. Cached by address.
 * @param options.url another clone; with `#ref` a tag or branch of it.
 * @throws UserError `checkout/unreachable`, `checkout/no-ref`, `checkout/git-failed`.
 */
export async function obtainPyperformance(
  ctx: Context,
  options: { readonly url?: string } = {},
): Promise<ObtainedBenchmarks> {
  const [url = '', ref] = (options.url ?? PYPERFORMANCE_URL).split('#');
  const key = options.url === undefined ? '' : `-${sha256(options.url).slice(0, 16)}`;
  return cached(`pyperformance${key}`, '', ctx, async (temporary) => {
    const found = await resolveRemote(url, ref, ctx);
    await fetchFromGit(url, found, temporary, 'pyperformance', ctx);
    return { origin: options.url ?? url, commit: found.commit };
  });
}
