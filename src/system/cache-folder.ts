import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path, { type PlatformPath } from 'node:path';
import envPaths from 'env-paths';
import { makeFolderSync } from './files.ts';

/** The user's cache folder for Forkwright: `FORKWRIGHT_CACHE`, else the system's convention (XDG, macOS, Windows). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env.FORKWRIGHT_CACHE;
  if (own !== undefined && own !== '') return path.resolve(expandHome(own, homedir()));
  // A home that is empty or relative would put the cache into whatever folder one stands in.
  const cache = envPaths('forkwright', { suffix: '' }).cache;
  return path.isAbsolute(cache) ? cache : path.join(tmpdir(), 'forkwright-cache');
}

/**
 * Where Node keeps this program's code compiled. What lies there is run, so it is a folder that nobody else can write to, in
 * one that nobody else can move it out of; the system's shared temporary folder is none. `undefined` where there is no such.
 */
export function compiledFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const cache = cacheFolder(env);
  const folder = path.join(cache, 'compiled');
  try {
    markCache(cache);
    // Not with `recursive`: see makeFolder.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    return [cache, folder].every(isOnlyOurs) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Windows keeps the profile's folders from others by itself. A group of the user's own number is nobody else's. */
function isOnlyOurs(folder: string): boolean {
  const user = process.getuid?.();
  const { uid, gid, mode } = lstatSync(folder);
  const others = gid === uid ? 0o002 : 0o022;
  return user === undefined || (uid === user && (mode & 0o040000) !== 0 && (mode & others) === 0);
}

/** What a person has settled, and is not made again: `FORKWRIGHT_CONFIG`, else the system's convention. */
export function configFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env.FORKWRIGHT_CONFIG;
  if (own !== undefined && own !== '') return path.resolve(expandHome(own, homedir()));
  const config = envPaths('forkwright', { suffix: '' }).config;
  return path.isAbsolute(config) ? config : path.join(cacheFolder(env), 'config');
}

/** `~` at the beginning is the home folder, as shells have it: cmd.exe and files of settings do not write it out. */
export function expandHome(folder: string, home: string, flavour: PlatformPath = path): string {
  const [tilde, next] = folder;
  return tilde === '~' && (next === undefined || next === '/' || next === flavour.sep)
    ? home + folder.slice(1)
    : folder;
}

/** The Cache Directory Tagging Specification's file (bford.info/cachedir): backup programs leave such a folder out. */
const TAG = 'CACHEDIR.TAG';
const TAG_TEXT =
  'Signature: 8a477f597d28d172789f06886806bc55\n# This folder is made by Forkwright: `forkwright clean` empties it.\n';

/** Marks a new or empty folder as Forkwright's. One that holds something else is used, but never marked, so never cleaned. */
export function markCache(folder: string): void {
  try {
    if (existsSync(folder) && readdirSync(folder).length > 0) return;
    makeFolderSync(folder);
    writeFileSync(path.join(folder, TAG), TAG_TEXT, { flag: 'wx' });
  } catch {
    // A cache that cannot be written is told by whoever needs it.
  }
}

export function isMarkedCache(folder: string): boolean {
  return existsSync(path.join(folder, TAG));
}
