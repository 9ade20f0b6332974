import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { findTool } from './tools.ts';
import type { Tool } from './types.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * Programs that stand before the compiler and answer from a cache, or compile elsewhere.
 * `passed`: which variables of the user's reach them: where the cache and the machines are, and what opens them.
 * `away`: what keeps them out of the way while configure runs, which compiles some hundred programs of a few lines, many of
 * which have to fail. They are not worth a way over the network, nor a place in a cache that others share. sccache cannot
 * be kept out.
 */
const FACTS = {
  ccache: { passed: /^CCACHE_/, away: { CCACHE_DISABLE: '1' } },
  sccache: { passed: /^(SCCACHE_|AWS_)/, away: {} },
  // Its hosts may be reached over ssh, whose agent has the key.
  distcc: { passed: /^(DISTCC_|SSH_AUTH_SOCK$)/, away: { DISTCC_HOSTS: 'localhost' } },
  icecc: { passed: /^ICECC_/, away: { ICECC: 'disable' } },
} as const;
type Launcher = keyof typeof FACTS;
export const LAUNCHERS = Object.keys(FACTS) as Launcher[];
export type LauncherName = Launcher | 'none';

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

/** The launcher that the user asked for. @throws UserError `target/no-launcher` when it is not installed. */
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

/** Variables without those of any launcher: what is recorded of a build must neither differ by them nor give them away. */
export function withoutLauncher(env: Variables): Variables {
  const kept = Object.entries(env).filter(([name]) => !Object.values(FACTS).some(({ passed }) => passed.test(name)));
  return Object.fromEntries(kept);
}

/** Changes to a launcher's environment while configure runs. */
export function whileConfiguring(name: LauncherName): Variables {
  return name === 'none' ? {} : FACTS[name].away;
}

/**
 * A launcher's environment in a build whose folder is `root`. HOME is private there, so what lies in the user's is named:
 * the cache, the settings, the list of machines. And ccache is told that `root` does not matter, or neither the two
 * variants nor two machines could share an entry.
 */
export function launcherEnvironment(name: LauncherName, root: string, env: Context['env']): Variables {
  if (name === 'none') return {};
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] => FACTS[name].passed.test(entry[0]) && entry[1] !== undefined,
  );
  return { ...places(name, root, env), ...Object.fromEntries(passed) };
}

function places(name: Launcher, root: string, env: Context['env']): Variables {
  const home = env.HOME ?? homedir();
  const cache = env.XDG_CACHE_HOME ?? path.join(home, '.cache');
  const config = env.XDG_CONFIG_HOME ?? path.join(home, '.config');
  const ifThere = (variable: string, file: string) => (existsSync(file) ? { [variable]: file } : {});
  if (name === 'ccache')
    return { ...ccachePlaces(home, cache, config, env), CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: '1' };
  if (name === 'sccache') {
    const settings = ifThere('SCCACHE_CONF', path.join(config, 'sccache', 'config'));
    return { SCCACHE_DIR: path.join(cache, 'sccache'), ...settings };
  }
  // Also where builds that run at the same time see which slots of a machine are taken.
  return name === 'distcc' ? ifThere('DISTCC_DIR', path.join(home, '.distcc')) : {};
}

/** Cache and settings where ccache itself would look for them. @source ccache(1), "Configuration file locations" */
function ccachePlaces(home: string, cache: string, config: string, env: Context['env']): Variables {
  if (env.CCACHE_DIR !== undefined) return {};
  // Before 4.0, and for ever where it is there, one folder was for both.
  const legacy = path.join(home, '.ccache');
  if (existsSync(legacy)) return { CCACHE_DIR: legacy };
  const file = env.CCACHE_CONFIGPATH ?? path.join(config, 'ccache', 'ccache.conf');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  return {
    ...(text === undefined ? {} : { CCACHE_CONFIGPATH: file }),
    ...(text !== undefined && /^\s*cache_dir\s*=/m.test(text) ? {} : { CCACHE_DIR: path.join(cache, 'ccache') }),
  };
}
