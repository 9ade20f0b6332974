import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { samePath } from '../../system/paths.ts';
import type { Runner } from './types.ts';

/** Without these no program starts on Windows, or none finds its temporary files, its own folders, or the shell. */
const WINDOWS = ['SystemRoot', 'SystemDrive', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'NUMBER_OF_PROCESSORS'] as const;

/**
 * The environment of every interpreter that is run: the same for all variants, and nothing of the user's but where Windows
 * keeps itself.
 */
export function runEnvironment(platform: NodeJS.Platform, env: Context['env']): Readonly<Record<string, string>> {
  const common = { LC_ALL: 'C', TZ: 'UTC' };
  if (platform !== 'win32') return { PATH: '/usr/local/bin:/usr/bin:/bin', ...common };
  const root = env.SystemRoot ?? 'C:\\Windows';
  const kept = WINDOWS.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  return { ...Object.fromEntries(kept), SystemRoot: root, PATH: `${root}\\System32;${root}`, ...common };
}

/** On this machine. */
export const RUN_ENVIRONMENT = runEnvironment(process.platform, process.env);

export const sameHere = (found: string, local: string): boolean => samePath(path.resolve(found), local);

export const nativeRunner: Runner = {
  words: 'here, as it is',
  counts: {},
  remote: false,
  children: true,
  slowdown: 1,
  command: (build, args, { env = {}, loaderEnv = {}, emulatorArgs = [] } = {}) => {
    if (emulatorArgs.length > 0) throw new Error('a native interpreter has no emulator');
    return { file: build.python, args, env: { ...RUN_ENVIRONMENT, ...env, ...loaderEnv } };
  },
  path: (local) => local,
  isSame: sameHere,
};
