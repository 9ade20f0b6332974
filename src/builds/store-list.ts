import { lstat, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { withFileProblems } from '../system/files.ts';
import { byCodeUnit } from '../system/hash.ts';
import { buildFile, readBuild } from './build-file.ts';
import { configureFolder } from './configure/store.ts';
import { entryFolder, entryKeys, isLocked } from './store.ts';

/** An entry of the store, for `forkwright cache`. */
export interface StoreEntry {
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

/** What to remove: entries unused for longer, the longest unused until the rest is small enough, or all. */
export interface PruneLimits {
  readonly maxBytes?: number | undefined;
  readonly maxAgeMs?: number | undefined;
  readonly all?: boolean | undefined;
}

/** All entries of the store, the last used first. */
export async function listStore(ctx: Pick<Context, 'cacheDir'>): Promise<readonly StoreEntry[]> {
  const entries = await Promise.all(
    (await entryKeys(ctx.cacheDir)).map(async (key): Promise<StoreEntry> => {
      const folder = entryFolder(ctx.cacheDir, key);
      const build = await readBuild(folder);
      const used = await stat(build === undefined ? folder : buildFile(folder)).catch(() => undefined);
      const changes = build?.inputs.changes;
      return {
        key,
        folder,
        bytes: await folderBytes(folder),
        lastUsed: used?.mtimeMs ?? 0,
        complete: build !== undefined,
        pythonVersion: build?.pythonVersion,
        target: build?.target,
        changedFiles: Array.isArray(changes) ? changes.length : undefined,
      };
    }),
  );
  return entries.sort((a, b) => b.lastUsed - a.lastUsed || byCodeUnit(a.key, b.key));
}

/**
 * Removes entries by the limits; entries that are being made stay. Interrupted ones go first.
 * @returns what was removed.
 */
export async function pruneStore(limits: PruneLimits, ctx: Pick<Context, 'cacheDir'>): Promise<readonly StoreEntry[]> {
  const entries = await listStore(ctx);
  const oldest = Date.now() - (limits.maxAgeMs ?? Number.POSITIVE_INFINITY);
  const removed: StoreEntry[] = [];
  let kept = 0;
  // The last used first: what no longer fits is the longest unused. Leftovers are worth nothing, so they come last.
  for (const entry of [...entries].sort((a, b) => Number(b.complete) - Number(a.complete))) {
    const fits = kept + entry.bytes <= (limits.maxBytes ?? Number.POSITIVE_INFINITY);
    const goes = limits.all === true || entry.lastUsed < oldest || !fits;
    if (!goes || (await isLocked(entry.key, ctx.cacheDir))) {
      kept += entry.bytes;
      continue;
    }
    await removeFolder(entry.folder);
    removed.push(entry);
  }
  if (limits.all === true) await removeFolder(configureFolder(ctx.cacheDir));
  return removed;
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
