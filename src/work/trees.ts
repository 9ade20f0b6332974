import { folderTree } from '../checkout/folder-tree.ts';
import { type GitTreeResult, gitTrees } from '../checkout/git-tree.ts';
import { openCheckout } from '../checkout/open.ts';
import { expandRefs } from '../checkout/refs.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';

/** The trees of refs of a repository. @throws UserError for each that is no CPython. */
export async function treesAt(dir: string, refs: readonly string[], ctx: Context): Promise<readonly SourceTree[]> {
  const results = await gitTrees(dir, refs, ctx);
  const problems = results.flatMap((result) => ('problem' in result ? [result.problem] : []));
  if (problems.length > 0) throw new UserError(problems);
  return results.flatMap((result) => ('tree' in result ? [result.tree] : []));
}

/** The checkout as it is, or, where patterns are given, the refs of its repository that they match. @throws UserError */
export async function treesOf(dir: string, patterns: readonly string[], ctx: Context): Promise<readonly SourceTree[]> {
  if (patterns.length === 0) return [folderTree(await openCheckout(dir, ctx), ctx)];
  return treesAt(dir, await expandRefs(dir, patterns, ctx), ctx);
}

/**
 * What lies at the refs that patterns match: a tree, or why it is none.
 * @throws UserError for a ref that the repository does not have.
 */
export async function lookAt(
  dir: string,
  patterns: readonly string[],
  ctx: Context,
): Promise<readonly GitTreeResult[]> {
  const results = await gitTrees(dir, await expandRefs(dir, patterns, ctx), ctx);
  const unknown = results.flatMap((r) => ('problem' in r && r.problem.code === 'checkout/no-ref' ? [r.problem] : []));
  if (unknown.length > 0) throw new UserError(unknown);
  return results;
}
