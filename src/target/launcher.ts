import { homedir } from 'node:os';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { findTool } from './tools.ts';
import type { Tool } from './types.ts';

/** Programs that stand before the compiler and answer from a cache, or compile elsewhere. */
export const LAUNCHERS = ['ccache', 'sccache', 'distcc', 'icecc'] as const;
export type LauncherName = (typeof LAUNCHERS)[number] | 'none';

/** Which variables of the user's reach a launcher: where its cache and its machines are. */
const PASSED_ON: Readonly<Record<(typeof LAUNCHERS)[number], RegExp>> = {
  ccache: /^CCACHE_/,
  sccache: /^(SCCACHE_|AWS_)/,
  distcc: /^DISTCC_/,
  icecc: /^ICECC_/,
};

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

/**
 * A launcher's environment in a build whose folder is `root`. HOME is private there, so a cache is named explicitly; and
 * ccache is told that `root` does not matter, or the two variants could never share an entry.
 */
export function launcherEnvironment(
  name: LauncherName,
  root: string,
  env: Context['env'],
): Readonly<Record<string, string>> {
  if (name === 'none') return {};
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] => PASSED_ON[name].test(entry[0]) && entry[1] !== undefined,
  );
  const home = env.HOME ?? homedir();
  const cache = env.XDG_CACHE_HOME ?? path.join(home, '.cache');
  const own: Record<string, string> =
    name === 'ccache'
      ? { CCACHE_DIR: path.join(cache, 'ccache'), CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: '1' }
      : name === 'sccache'
        ? { SCCACHE_DIR: path.join(cache, 'sccache') }
        : {};
  return { ...own, ...Object.fromEntries(passed) };
}
