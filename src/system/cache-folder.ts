import { homedir } from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';

/** The user's cache folder for Forkwright: `FORKWRIGHT_CACHE`, else the system's convention (XDG, macOS, Windows). */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const own = env.FORKWRIGHT_CACHE;
  if (own !== undefined && own !== '') return path.resolve(own.replace(/^~(?=\/|$)/, homedir()));
  return envPaths('forkwright', { suffix: '' }).cache;
}
