import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { findTool } from './tools.ts';
import type { Tool } from './types.ts';

/** Programs that stand before the compiler and answer from a cache, or compile elsewhere. */
export const LAUNCHERS = ['ccache', 'sccache', 'distcc', 'icecc'] as const;
type Launcher = (typeof LAUNCHERS)[number];
export type LauncherName = Launcher | 'none';
type Variables = Readonly<Record<string, string>>;

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

/** Which variables of the user's reach a launcher: where its cache and its machines are, and what opens them. */
const PASSED_ON: Readonly<Record<Launcher, RegExp>> = {
  ccache: /^CCACHE_/,
  sccache: /^(SCCACHE_|AWS_)/,
  // Its hosts may be reached over ssh, whose agent has the key.
  distcc: /^(DISTCC_|SSH_AUTH_SOCK$)/,
  icecc: /^ICECC_/,
};

/**
 * What keeps a launcher out of the way: configure compiles some hundred programs of a few lines, many of which have to
 * fail. They are not worth a way over the network, nor a place in a cache that others share. sccache cannot be kept out.
 */
const OUT_OF_THE_WAY: Readonly<Record<Launcher, Variables>> = {
  ccache: { CCACHE_DISABLE: '1' },
  sccache: {},
  distcc: { DISTCC_HOSTS: 'localhost' },
  icecc: { ICECC: 'disable' },
};

/** Variables without those of any launcher: what is recorded of a build must neither differ by them nor give them away. */
export function withoutLauncher(env: Variables): Variables {
  const patterns = Object.values(PASSED_ON);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !patterns.some((pattern) => pattern.test(name))));
}

/** Changes to a launcher's environment while configure runs. */
export function whileConfiguring(name: LauncherName): Variables {
  return name === 'none' ? {} : OUT_OF_THE_WAY[name];
}

/**
 * A launcher's environment in a build whose folder is `root`. HOME is private there, so what lies in the user's is named:
 * the cache, the settings, the list of machines. And ccache is told that `root` does not matter, or neither the two
 * variants nor two machines could share an entry.
 */
export function launcherEnvironment(name: LauncherName, root: string, env: Context['env']): Variables {
  if (name === 'none') return {};
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] => PASSED_ON[name].test(entry[0]) && entry[1] !== undefined,
  );
  return { ...places(name, root, env), ...Object.fromEntries(passed) };
}

function places(name: Launcher, root: string, env: Context['env']): Variables {
  const home = env.HOME ?? homedir();
  const cache = env.XDG_CACHE_HOME ?? path.join(home, '.cache');
  const config = env.XDG_CONFIG_HOME ?? path.join(home, '.config');
  const ifThere = (variable: string, file: string) => (existsSync(file) ? { [variable]: file } : {});
  switch (name) {
    case 'ccache':
      return { ...ccachePlaces(home, cache, config, env), CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: '1' };
    case 'sccache':
      return {
        SCCACHE_DIR: path.join(cache, 'sccache'),
        ...ifThere('SCCACHE_CONF', path.join(config, 'sccache', 'config')),
      };
    case 'distcc':
      // Also where builds that run at the same time see which slots of a machine are taken.
      return ifThere('DISTCC_DIR', path.join(home, '.distcc'));
    case 'icecc':
      return {};
  }
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
