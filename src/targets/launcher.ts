import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { findTool } from './tools.ts';
import type { Tool } from './types.ts';

/** Programs that stand before the compiler and answer from a cache, or compile elsewhere. */
export const LAUNCHERS = ['ccache', 'sccache', 'distcc', 'icecc'] as const;
export type LauncherName = (typeof LAUNCHERS)[number] | 'none';

/**
 * The compiler cache that is installed, for a default and for `doctor`: only those that answer from a local cache, as a
 * compile farm is nobody's default.
 */
export async function detectLauncher(ctx: Context): Promise<(Tool & { readonly name: LauncherName }) | undefined> {
  for (const name of ['ccache', 'sccache'] as const) {
    const tool = await findTool(name, ctx);
    if (tool !== undefined) return { ...tool, name };
  }
  return undefined;
}

/**
 * The launcher that the user asked for.
 * @throws UserError `target/no-launcher` when it is not installed.
 */
export async function findLauncher(name: LauncherName, ctx: Context): Promise<Tool | undefined> {
  if (name === 'none') return undefined;
  const tool = await findTool(name, ctx);
  if (tool !== undefined) return tool;
  throw new UserError({
    code: 'target/no-launcher',
    message: `the compiler launcher ${name} is not installed`,
    hint: `install it (Debian, Ubuntu: apt-get install ${name}), or build with --launcher none`,
  });
}
