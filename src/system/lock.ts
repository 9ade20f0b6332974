import path from 'node:path';
import { Cancelled } from './diagnostic.ts';
import { fileProblem, makeFolder, withFileProblems } from './files.ts';
import { hold } from './held.ts';
import { claimFolder, ownerOf } from './owner.ts';

export interface LockWay {
  /** Where it lies; default: beside what is locked, with `.lock`. */
  readonly file?: string | undefined;
  /** Told when another machine took the lock, having heard nothing of this one for ten minutes. */
  readonly onLost?: ((error: Error) => void) | undefined;
}

interface WaitingWay extends LockWay {
  readonly signal: AbortSignal;
  /** Told once when another process holds the lock. */
  readonly onWait: () => void;
}

const RETRY_MS = 250;

const folderOf = (target: string, { file }: LockWay) => file ?? `${target}.lock`;

/**
 * A lock is its process's as long as that lives, also while it is stopped (Ctrl-Z, a closed laptop); a dead one's is free
 * at once.
 * @returns how to release it, or `undefined` when another process holds it.
 */
export async function tryLock(target: string, way: LockWay = {}): Promise<(() => Promise<void>) | undefined> {
  try {
    const claim = await claimFolder(folderOf(target, way), way);
    if (!('release' in claim)) return undefined;
    const over = hold({ undo: () => claim.releaseNow() });
    return async () => {
      await claim.release();
      await over();
    };
  } catch (error) {
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
export const isLocked = async (target: string, way: LockWay = {}): Promise<boolean> =>
  (await ownerOf(folderOf(target, way)).catch(() => undefined)) !== undefined;
