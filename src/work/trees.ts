import path from 'node:path';
import { folderTree } from '../checkout/folder-tree.ts';
import { type GitTreeResult, gitTree, gitTrees } from '../checkout/git-tree.ts';
import { openCheckout } from '../checkout/open.ts';
import { expandRefs } from '../checkout/refs.ts';
import type { SourceTree } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { isFolder } from '../system/files.ts';

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

/**
 * A tree by its folder, or by a ref of a checkout's repository.
 * @param option that names it, for messages.
 * @throws UserError when the name is of neither.
 */
export async function folderOrRef(
  name: string,
  checkout: string,
  option: string,
  ctx: Context,
): Promise<{ readonly tree: SourceTree; readonly isRef: boolean }> {
  if (await isFolder(path.resolve(name))) return { tree: folderTree(await openCheckout(name, ctx), ctx), isRef: false };
  try {
    return { tree: await gitTree(path.resolve(checkout), name, ctx), isRef: true };
  } catch (error) {
    const code = error instanceof UserError ? error.diagnostics[0]?.code : undefined;
    if (code !== 'checkout/no-repository' && code !== 'checkout/no-ref') throw error;
    throw new UserError({
      code: `cli/no-${option.replace(/^-+/, '')}`,
      message: `${option} ${name} is neither a folder nor a ref of the checkout's repository`,
      place: { file: path.resolve(checkout) },
      hint: 'name a CPython source tree: `forkwright source 3.9 DIR` gets one',
    });
  }
}
