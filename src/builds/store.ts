import { readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { fileProblem, makeFolder, withFileProblems } from '../system/files.ts';
import { sha256File } from '../system/hash.ts';
import { isLocked as isHeld, locked } from '../system/lock.ts';
import { buildFile, readBuild } from './build-file.ts';
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
 * library is there. Notes that it was used. A damaged entry is said so, and is no hit.
 */
export async function findBuild(key: string, ctx: Context): Promise<Build | undefined> {
  const root = entryFolder(ctx.cacheDir, key);
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

/** How long a lock is kept by a process that died: its holder renews it far more often. */
const STALE_MS = 10_000;

/**
 * Holds the build `key` for this process while `body` runs. Waits while another process makes the same build, and says so.
 * @throws Cancelled while waiting; UserError when the cache cannot be written to.
 */
export async function withEntryLock<T>(key: string, ctx: Context, body: () => Promise<T>): Promise<T> {
  const say = (level: 'info' | 'warning', text: string) => ctx.emit({ type: 'message', level, text });
  const lock = {
    staleMs: STALE_MS,
    signal: ctx.signal,
    onLost: (error: Error) => say('warning', `the lock of build ${key} was lost: ${error.message}`),
    onWait: () => say('info', `another Forkwright is making the build ${key}: waiting for it`),
  };
  return locked(entryFolder(ctx.cacheDir, key), lock, body);
}

/** Whether a process is making the entry now. */
export const isLocked = (key: string, cacheDir: string): Promise<boolean> =>
  isHeld(entryFolder(cacheDir, key), { staleMs: STALE_MS });

/** The names of all entries, whole or not. */
export async function entryKeys(cacheDir: string): Promise<readonly string[]> {
  const entries = await readdir(storeFolder(cacheDir), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]+$/.test(entry.name)).map((entry) => entry.name);
}
