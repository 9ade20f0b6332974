import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { withFileProblems, writeFileAtomic } from '../system/files.ts';
import { byCodeUnit, sha256 } from '../system/hash.ts';
import { inParallel } from './in-parallel.ts';

interface HashedFile {
  readonly path: string;
  /** git's three: a symbolic link's content is its target. */
  readonly mode: '100644' | '100755' | '120000';
  readonly size: number;
  readonly sha256: string;
}

/**
 * SHA-256 over all files of a tree, sorted by path: mode, size, content's SHA-256, path. The same for the same files,
 * whatever the machine, the folder or the time.
 */
export function treeHash(files: readonly HashedFile[]): string {
  const lines = [...files]
    .sort((a, b) => byCodeUnit(a.path, b.path))
    .map((file) => `${file.mode} ${file.size} ${file.sha256}\t${file.path}\0`);
  return sha256(lines.join(''));
}

/**
 * A file that was changed this short a time before it was hashed may be changed again within the same tick of a coarse
 * file system clock, and look the same: it is hashed again next time. Two seconds is the coarsest in use (FAT).
 */
const RACY_MS = 2000;

const PARALLEL_READS = 16;

/**
 * Hashes files of a tree, reading only those whose size, times or inode differ from what the index in the cache has seen.
 * @param files paths relative to `root`; one that is gone meanwhile is left out.
 * @param now milliseconds since 1970.
 */
export async function hashFiles(
  root: string,
  files: readonly string[],
  ctx: Pick<Context, 'cacheDir' | 'emit'>,
  now: () => number = Date.now,
): Promise<HashedFile[]> {
  const indexFile = statIndexFile(ctx.cacheDir, root);
  const known = await readStatIndex(indexFile);
  const started = now();
  const hashed: HashedFile[] = [];
  const next = new Map<string, StatEntry>();
  const toRead: { file: string; stats: Stats }[] = [];
  for (const file of files) {
    // Synchronous: one call costs about 4 µs, a promise for it four times that. `path.join` would cost as much again.
    const stats = lstatSync(`${root}/${file}`, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory()) continue;
    if (stats.isSymbolicLink()) {
      const target = readlinkSync(path.join(root, file));
      hashed.push({ path: file, mode: '120000', size: Buffer.byteLength(target), sha256: sha256(target) });
      continue;
    }
    const entry = known.get(file);
    if (entry !== undefined && SEEN.every((name) => entry[name] === stats[name])) {
      hashed.push(toHashed(file, stats, entry.sha256));
      next.set(file, entry);
    } else toRead.push({ file, stats });
  }
  await inParallel(toRead, PARALLEL_READS, async ({ file, stats }) => {
    const content = await withFileProblems(`read ${file}`, () => readFile(path.join(root, file)));
    const hash = sha256(content);
    hashed.push({ ...toHashed(file, stats, hash), size: content.length });
    const settled = stats.mtimeMs + RACY_MS < started && stats.ctimeMs + RACY_MS < started;
    if (settled && content.length === stats.size) next.set(file, entryOf(stats, hash));
  });
  if (toRead.length > 0 || next.size !== known.size) {
    await writeStatIndex(indexFile, next).catch((error: Error) => {
      const text = `the tree's files will be read again next time: ${error.message}`;
      ctx.emit({ type: 'message', level: 'warning', text });
    });
  }
  return hashed.sort((a, b) => byCodeUnit(a.path, b.path));
}

function toHashed(file: string, stats: Stats, hash: string): HashedFile {
  return { path: file, mode: (stats.mode & 0o100) === 0 ? '100644' : '100755', size: stats.size, sha256: hash };
}

/**
 * What was seen of a file when it was hashed. Times in milliseconds since 1970, with what a double holds of the fraction:
 * a fifth of a microsecond. To ask the system for whole nanoseconds takes half as long again.
 */
const SEEN = ['size', 'mtimeMs', 'ctimeMs', 'ino'] as const;
type StatEntry = Pick<Stats, (typeof SEEN)[number]> & { readonly sha256: string };

/** Hashes of files that need not be read again, by path. */
type StatIndex = ReadonlyMap<string, StatEntry>;

function entryOf({ size, mtimeMs, ctimeMs, ino }: Stats, hash: string): StatEntry {
  return { size, mtimeMs, ctimeMs, ino, sha256: hash };
}

const HEADER = 'forkwright stat index 3';

export function statIndexFile(cacheDir: string, root: string): string {
  return path.join(cacheDir, 'stat-index', sha256(root).slice(0, 32));
}

/** Reads an index. A missing, damaged, or older-format one is an empty one: it can always be made again. */
export async function readStatIndex(file: string): Promise<StatIndex> {
  const [header, hash, body = ''] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  return new Map(header === HEADER && hash === sha256(body) ? JSON.parse(body) : []);
}

/** Writes an index: the format's name, the SHA-256 of what follows, and the entries as JSON; a line each. */
export async function writeStatIndex(file: string, index: StatIndex): Promise<void> {
  const body = JSON.stringify([...index].sort(([a], [b]) => byCodeUnit(a, b)));
  await writeFileAtomic(file, [HEADER, sha256(body), body].join('\n'));
}
