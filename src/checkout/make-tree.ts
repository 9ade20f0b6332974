import { constants } from 'node:fs';
import { chmod, copyFile, lstat, lutimes, mkdir, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { Cancelled, UserError } from '../system/diagnostic.ts';
import { withFileProblems } from '../system/files.ts';
import { isInside } from '../system/paths.ts';
import { commitTime } from './git-state.ts';
import { inParallel } from './in-parallel.ts';
import { checkoutFiles } from './open.ts';
import type { ChangedFile } from './overlay-tree.ts';
import { readSourceRecord } from './source-record.ts';
import { hashFiles, treeHash } from './tree-hash.ts';
import type { Checkout } from './types.ts';

const PARALLEL_COPIES = 32;

/**
 * Writes a variant's sources into a new folder: copies of the checkout's files (local changes included), with the
 * patch's files as the patch leaves them, and without those that it removes. Modes and links are kept; all files get one time, so that make regenerates
 * nothing. The checkout is only read. On failure the folder is removed again.
 * @param destination must not exist yet.
 * @throws UserError for a full disk and the like; `checkout/changed-meanwhile` when the checkout was edited since it was
 * opened; Cancelled.
 */
export async function makeTree(
  checkout: Checkout,
  files: readonly ChangedFile[],
  destination: string,
  ctx: Context,
): Promise<void> {
  const root = path.resolve(destination);
  const doing = `copy the sources to ${root}`;
  const time = await epochOf(checkout, ctx);
  await withFileProblems(doing, async () => {
    await mkdir(path.dirname(root), { recursive: true });
    await mkdir(root);
  });
  try {
    await withFileProblems(doing, () => writeTree(checkout, files, root, time, ctx));
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The time that all variants of a checkout carry: the commit's; of an unpacked archive, that of its newest file when it
 * was unpacked; of another folder, that of its newest file now. Seconds since 1970.
 */
export async function epochOf(checkout: Checkout, ctx: Context): Promise<number> {
  if (checkout.base.kind === 'git') return commitTime(checkout.root, checkout.base.commit, ctx);
  const record = await readSourceRecord(checkout.root);
  if (record !== undefined) return record.sourceDateEpoch;
  return newestFile(checkout.root, await checkoutFiles(checkout, ctx));
}

/** The newest file's time in whole seconds since 1970. */
export async function newestFile(root: string, files: readonly string[]): Promise<number> {
  let newest = 0;
  await inParallel(files, PARALLEL_COPIES, async (file) => {
    const stats = await lstat(path.join(root, file)).catch(() => undefined);
    if (stats?.isFile()) newest = Math.max(newest, Math.floor(stats.mtimeMs / 1000));
  });
  return newest;
}

async function writeTree(
  checkout: Checkout,
  changes: readonly ChangedFile[],
  root: string,
  time: number,
  ctx: Context,
): Promise<void> {
  const listed = await checkoutFiles(checkout, ctx);
  const changed = new Map(changes.map((change) => [change.path, change]));
  for (const name of changed.keys()) {
    if (!isInside(path.join(root, name), root)) throw new Error(`${name} leads out of the tree`);
  }
  const all = [...new Set([...listed, ...changed.keys()])].filter((file) => changed.get(file)?.is !== 'removed');
  const folders = new Set(all.map((file) => path.posix.dirname(file)));
  await inParallel([...folders], PARALLEL_COPIES, async (folder) => {
    await mkdir(path.join(root, folder), { recursive: true });
  });
  await inParallel(all, PARALLEL_COPIES, async (file) => {
    if (ctx.signal.aborted) throw new Cancelled();
    const from = path.join(checkout.root, file);
    const to = path.join(root, file);
    const stats = await lstat(from).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const change = changed.get(file);
    if (change !== undefined) {
      await writeFile(to, change.after, { encoding: 'latin1', flag: 'wx' });
      const executable = change.executable ?? (stats !== undefined && (stats.mode & 0o100) !== 0);
      await chmod(to, executable ? 0o755 : 0o644);
    } else if (stats === undefined) throw changedMeanwhile(checkout);
    else if (stats.isSymbolicLink()) {
      if (await placeLink(from, to)) {
        await lutimes(to, time, time);
        return;
      }
      // What it leads to, where links may not be made.
      await copyFile(from, to, constants.COPYFILE_EXCL);
    } else {
      await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      // A read-only checkout must not give a tree that cannot be worked in.
      if ((stats.mode & 0o200) === 0) await chmod(to, (stats.mode | 0o200) & 0o777);
    }
    await utimes(to, time, time);
  });
  if (treeHash(await hashFiles(checkout.root, listed, ctx)) !== checkout.base.treeHash)
    throw changedMeanwhile(checkout);
}

/**
 * Makes a link like `from` at `to`.
 * @returns false on Windows, when the user may not make links: neither an administrator nor in developer mode.
 */
async function placeLink(from: string, to: string): Promise<boolean> {
  try {
    await symlink(await readlink(from), to);
    return true;
  } catch (error) {
    if (process.platform === 'win32' && (error as NodeJS.ErrnoException).code === 'EPERM') return false;
    throw error;
  }
}

function changedMeanwhile(checkout: Checkout): UserError {
  return new UserError({
    code: 'checkout/changed-meanwhile',
    message: `${checkout.root} was edited while it was being worked with`,
    place: { file: checkout.root },
    hint: 'run the same command again',
  });
}
