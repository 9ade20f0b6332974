import lockfile from 'proper-lockfile';
import { UserError } from '../system/diagnostic.ts';
import type { RunFolder } from './folder.ts';

/** Holds a run folder while `body` works in it. @throws UserError when another process does. */
export async function withRunLock<T>(folder: RunFolder, body: () => Promise<T>): Promise<T> {
  let release: () => Promise<void>;
  try {
    release = await lockfile.lock(folder.dir, options(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw new UserError({
      code: 'run/locked',
      message: 'another Forkwright works in this run folder',
      place: { file: folder.dir },
      hint: 'wait for it, or stop it; if it was killed, try again in 20 seconds',
    });
  }
  try {
    return await body();
  } finally {
    await release().catch(() => {});
  }
}

/** Whether a process works in a run folder now. */
export function isRunLocked(folder: RunFolder): Promise<boolean> {
  return lockfile.check(folder.dir, options(folder)).catch(() => false);
}

const options = (folder: RunFolder) => ({ lockfilePath: `${folder.dir}/.lock`, stale: 20_000 });
