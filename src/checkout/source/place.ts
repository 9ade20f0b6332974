import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { withFileProblems } from '../../system/files.ts';
import { holding } from '../../system/held.ts';
import { locked as lockedFor } from '../../system/lock.ts';

/** Does `body` while no other process works on `folder`. Waits for one that does, and says so. */
export async function locked<T>(folder: string, ctx: Context, body: () => Promise<T>): Promise<T> {
  const text = `waiting: another Forkwright is fetching ${path.basename(folder)}`;
  const onWait = () => ctx.emit({ type: 'message', level: 'info', text });
  // A lock that is lost (the machine slept): what is made here is renamed into place whole, so the worst is work done twice.
  return lockedFor(folder, { signal: ctx.signal, onWait }, body);
}

/** Makes a folder whole or not at all: `make` fills a temporary neighbour, which is renamed when it is done. */
export async function makeWhole(folder: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${folder}.${randomBytes(4).toString('hex')}.tmp`;
  const work = async () => {
    try {
      await make(temporary);
      await rename(temporary, folder);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  };
  await withFileProblems(`write ${folder}`, () => holding(work));
}

/** Gives a folder that somebody edited another name, so that nothing is lost. @returns the new name. */
export async function moveAside(folder: string): Promise<string> {
  let n = 1;
  while (existsSync(`${folder}.edited-${n}`)) n++;
  await rename(folder, `${folder}.edited-${n}`);
  return `${folder}.edited-${n}`;
}

/**
 * Refuses a folder that is not there to be filled.
 * @throws UserError `checkout/not-empty` when it has anything in it, or is a file.
 */
export async function mustBeEmpty(dir: string): Promise<void> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return [dir];
    throw error;
  });
  if (names.length === 0) return;
  throw new UserError({
    code: 'checkout/not-empty',
    message: `${dir} is not empty: nothing was written`,
    place: { file: dir },
    hint: 'name a folder that does not exist yet',
  });
}

/** Copies a tree, whole or not at all, into a folder that is empty or not there. Times, modes, and links are kept. */
export async function copyTree(from: string, to: string): Promise<void> {
  await mustBeEmpty(to);
  await withFileProblems(`write ${to}`, async () => {
    await mkdir(path.dirname(to), { recursive: true });
    await makeWhole(to, async (temporary) => {
      await cp(from, temporary, {
        recursive: true,
        preserveTimestamps: true,
        verbatimSymlinks: true,
        mode: constants.COPYFILE_FICLONE,
      });
      await rmdir(to).catch(() => {});
    });
  });
}
