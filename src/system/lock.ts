import path from 'node:path';
import type { LockOptions } from 'proper-lockfile';
import { Cancelled } from './diagnostic.ts';
import { fileProblem, makeFolder, withFileProblems } from './files.ts';
import { hold, holding } from './held.ts';

export interface LockWay {
  /** How long a lock is believed whose holder no longer renews it, milliseconds. */
  readonly staleMs: number;
  /** Where it lies, when not beside what is locked, which then must be there. */
  readonly file?: string | undefined;
  /** Told when somebody took the lock for stale (a suspended machine). */
  readonly onLost?: ((error: Error) => void) | undefined;
}

export interface WaitingWay extends LockWay {
  readonly signal: AbortSignal;
  /** Told once when another process holds the lock. */
  readonly onWait: () => void;
}

const RETRY_MS = 250;

/** @returns how to release the lock, or `undefined` when another process holds it. */
export async function tryLock(target: string, way: LockWay): Promise<(() => Promise<void>) | undefined> {
  // The library removes its locks at exit.
  const over = hold({ undo: () => {} });
  try {
    const release = await (await lockfile()).lock(target, optionsOf(way));
    return async () => {
      // Fails when the lock was lost: there is nothing left to release then.
      await release().catch(() => {});
      await over();
    };
  } catch (error) {
    await over();
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw fileProblem(error, `write to ${path.dirname(target)}`) ?? error;
  }
}

/**
 * Does `body` while no other process has the lock; waits for one that has it. Makes the folder in which `target` lies.
 * @throws Cancelled while waiting; UserError when nothing can be written there.
 */
export async function locked<T>(target: string, way: WaitingWay, body: () => Promise<T>): Promise<T> {
  const folder = path.dirname(target);
  await withFileProblems(`make ${folder}`, () => makeFolder(folder));
  for (let attempt = 0; ; attempt++) {
    if (way.signal.aborted) throw new Cancelled();
    const release = await tryLock(target, way);
    if (release !== undefined) return body().finally(release);
    if (attempt === 0) way.onWait();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Whether a process has the lock now. */
export async function isLocked(target: string, way: LockWay): Promise<boolean> {
  return (await lockfile()).check(target, optionsOf(way)).catch(() => false);
}

const optionsOf = ({ staleMs, file, onLost = () => {} }: LockWay): LockOptions => ({
  stale: staleMs,
  onCompromised: onLost,
  ...(file === undefined ? { realpath: false } : { lockfilePath: file }),
});

/** The library. Held while it is loaded, as it brings listeners for every signal, which go with ours. */
const lockfile = () => holding(async () => (await import('proper-lockfile')).default);
