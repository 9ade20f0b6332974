import { lstat, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { fileProblem, makeFolder, withFileProblems } from '../system/files.ts';
import { byCodeUnit, sha256File } from '../system/hash.ts';
import { isLocked as isHeld, locked, tryLock } from '../system/lock.ts';
import { buildFile, readBuild } from './build-file.ts';
import { configureFolder } from './configure/store.ts';
import { forgetUsers, isInUse, keepEntry } from './in-use.ts';
import type { Build } from './types.ts';

/** The folder with all builds. An entry is `<key>/`: `src`, `obj`, `logs`, `home`, and `build.json`, which is written last. */
export function storeFolder(cacheDir: string): string {
  return path.join(path.resolve(cacheDir), 'builds');
}

/** Where the build `key` lies, or is to be made: an interpreter knows its own folder, so it cannot be moved afterwards. */
export function entryFolder(cacheDir: string, key: string): string {
  return path.join(storeFolder(cacheDir), key);
}

/**
 * The build `key`, when it is there and whole: its record is valid, its interpreter has the bytes that were recorded, its
 * library is there. Notes that it was used, and keeps it for this process. A damaged entry is said so, and is no hit.
 */
export async function findBuild(key: string, ctx: Context): Promise<Build | undefined> {
  const root = entryFolder(ctx.cacheDir, key);
  await keepEntry(root);
  const build = await readBuild(root);
  if (build === undefined || build.root !== root || build.key !== key) return undefined;
  const damage = await damageOf(build);
  if (damage !== undefined) {
    const text = `the stored build ${key} is damaged (${damage}): it is made again`;
    ctx.emit({ type: 'message', level: 'warning', text });
    return undefined;
  }
  const now = new Date();
  // A store that can only be read still serves.
  await utimes(buildFile(root), now, now).catch(() => {});
  return build;
}

/** As `findBuild`, also from where `ctx.elsewhere` has builds. What comes from there is checked as any other. */
export async function findOrFetchBuild(key: string, ctx: Context): Promise<Build | undefined> {
  const here = await findBuild(key, ctx);
  if (here !== undefined || ctx.elsewhere === undefined) return here;
  const { elsewhere } = ctx;
  return withEntryLock(key, ctx, async () => {
    const root = await newEntry(key, ctx);
    return (await elsewhere.fetch(key, root)) ? findBuild(key, ctx) : undefined;
  });
}

async function damageOf(build: Build): Promise<string | undefined> {
  try {
    if ((await sha256File(build.python)) !== build.pythonSha256) return 'its interpreter has other bytes';
    await stat(path.join(build.src, 'Lib', 'os.py'));
    return undefined;
  } catch (error) {
    if (fileProblem(error, '') === undefined) throw error;
    return `${(error as NodeJS.ErrnoException).path ?? 'a file'} is missing`;
  }
}

/** Makes an empty folder for the build `key`; what an interrupted or damaged build left there goes. */
export async function newEntry(key: string, ctx: Context): Promise<string> {
  const root = entryFolder(ctx.cacheDir, key);
  await withFileProblems(`make ${root}`, async () => {
    // First what makes it a hit, then the rest: a crash in between leaves no half entry that looks whole.
    await rm(buildFile(root), { force: true });
    await rm(root, { recursive: true, force: true });
    await makeFolder(path.join(root, 'logs'));
  });
  return root;
}

/**
 * Holds the build `key` for this process while `body` runs. Waits while another process makes the same build, and says so.
 * @throws Cancelled while waiting; UserError when the cache cannot be written to.
 */
export async function withEntryLock<T>(key: string, ctx: Context, body: () => Promise<T>): Promise<T> {
  const say = (level: 'info' | 'warning', text: string) => ctx.emit({ type: 'message', level, text });
  const lock = {
    signal: ctx.signal,
    onLost: (error: Error) => say('warning', `the lock of build ${key} was lost: ${error.message}`),
    onWait: () => say('info', `another Forkwright is making the build ${key}: waiting for it`),
  };
  return locked(entryFolder(ctx.cacheDir, key), lock, body);
}

/** Whether a process is making the entry now, or uses it. */
export async function isBusy(key: string, cacheDir: string): Promise<boolean> {
  const entry = entryFolder(cacheDir, key);
  return (await isHeld(entry)) || isInUse(entry);
}

export async function entryKeys(cacheDir: string): Promise<readonly string[]> {
  const entries = await readdir(storeFolder(cacheDir), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]+$/.test(entry.name)).map((entry) => entry.name);
}

/** An entry of the store, for `forkwright cache`. */
interface StoreEntry {
  readonly key: string;
  readonly folder: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when it was made or last found. */
  readonly lastUsed: number;
  /** False for what an interrupted or failed build left. */
  readonly complete: boolean;
  readonly pythonVersion?: string | undefined;
  readonly target?: string | undefined;
  readonly changedFiles?: number | undefined;
}

/** All entries of the store, the last used first. */
export async function listStore(ctx: Pick<Context, 'cacheDir'>): Promise<readonly StoreEntry[]> {
  const entries = await Promise.all(
    (await entryKeys(ctx.cacheDir)).map(async (key): Promise<StoreEntry> => {
      const folder = entryFolder(ctx.cacheDir, key);
      const build = await readBuild(folder);
      const used = await stat(build === undefined ? folder : buildFile(folder)).catch(() => undefined);
      const changes = build?.inputs.changes;
      const changedFiles = Array.isArray(changes) ? changes.length : undefined;
      const { pythonVersion, target } = build ?? {};
      const [bytes, lastUsed, complete] = [await folderBytes(folder), used?.mtimeMs ?? 0, build !== undefined];
      return { key, folder, bytes, lastUsed, complete, pythonVersion, target, changedFiles };
    }),
  );
  return entries.sort((a, b) => b.lastUsed - a.lastUsed || byCodeUnit(a.key, b.key));
}

/**
 * Removes entries unused for longer, the longest unused until the rest is small enough, or all; entries that are being
 * made or used by a process stay. Interrupted ones go first.
 * @returns what was removed.
 */
export async function pruneStore(
  limits: Readonly<{ maxBytes?: number | undefined; maxAgeMs?: number | undefined; all?: boolean | undefined }>,
  ctx: Pick<Context, 'cacheDir'>,
): Promise<readonly StoreEntry[]> {
  const entries = await listStore(ctx);
  const oldest = Date.now() - (limits.maxAgeMs ?? Number.POSITIVE_INFINITY);
  const removed: StoreEntry[] = [];
  let kept = 0;
  // The last used first: what no longer fits is the longest unused. Leftovers are worth nothing, so they come last.
  for (const entry of [...entries].sort((a, b) => Number(b.complete) - Number(a.complete))) {
    const fits = kept + entry.bytes <= (limits.maxBytes ?? Number.POSITIVE_INFINITY);
    const goes = limits.all === true || entry.lastUsed < oldest || !fits;
    if (!goes || !(await removeUnused(entry.folder))) {
      kept += entry.bytes;
      continue;
    }
    removed.push(entry);
  }
  if (limits.all === true) await removeFolder(configureFolder(ctx.cacheDir));
  return removed;
}

/** @returns whether it is gone: not what a process makes or uses. */
async function removeUnused(entry: string): Promise<boolean> {
  const release = await tryLock(entry);
  if (release === undefined) return false;
  try {
    if (await isInUse(entry)) return false;
    // Who wants to use it says so before it looks for it: out of its way first, then asked once more.
    const aside = `${entry}.gone`;
    await removeFolder(aside);
    await withFileProblems(`remove ${entry}`, () => rename(entry, aside));
    if (await isInUse(entry)) {
      await withFileProblems(`put back ${entry}`, () => rename(aside, entry));
      return false;
    }
    await removeFolder(aside);
    await forgetUsers(entry);
    return true;
  } finally {
    await release();
  }
}

async function removeFolder(folder: string): Promise<void> {
  await withFileProblems(`remove ${folder}`, async () => {
    await rm(buildFile(folder), { force: true });
    await rm(folder, { recursive: true, force: true });
  });
}

/** Bytes of all files below a folder, as they say themselves; what vanishes meanwhile counts nothing. */
async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    bytes += entry.isDirectory() ? await folderBytes(file) : ((await lstat(file).catch(() => undefined))?.size ?? 0);
  }
  return bytes;
}
