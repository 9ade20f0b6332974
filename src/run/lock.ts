import { UserError } from '../system/diagnostic.ts';
import { isLocked, type LockWay, tryLock } from '../system/lock.ts';
import type { RunFolder } from './folder.ts';

/** Holds a run folder while `body` works in it. @throws UserError when another process does. */
export async function withRunLock<T>(folder: RunFolder, body: () => Promise<T>): Promise<T> {
  const release = await tryLock(folder.dir, wayOf(folder));
  if (release !== undefined) return body().finally(release);
  throw new UserError({
    code: 'run/locked',
    message: 'another Forkwright works in this run folder',
    place: { file: folder.dir },
    hint: 'wait for it, or stop it; if it was killed, try again in 20 seconds',
  });
}

/** Whether a process works in a run folder now. */
export const isRunLocked = (folder: RunFolder): Promise<boolean> => isLocked(folder.dir, wayOf(folder));

const wayOf = ({ dir }: RunFolder): LockWay => ({
  staleMs: 20_000,
  file: `${dir}/.lock`,
  // Another process has it now, and two must not write into one run.
  onLost: (error) => {
    throw error;
  },
});
