import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../system/files.ts';
import { byCodeUnit, sha256 } from '../system/hash.ts';

/** What was seen of a file when it was hashed. Times in nanoseconds since 1970, as decimal text. */
export interface StatEntry {
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly ino: string;
  readonly sha256: string;
}

/** Hashes of files that need not be read again, by path. */
export type StatIndex = ReadonlyMap<string, StatEntry>;

const HEADER = 'forkwright stat index 1';
const FIELDS = 6;

/** The index file of the tree at `root`. */
export function statIndexFile(cacheDir: string, root: string): string {
  return path.join(cacheDir, 'stat-index', sha256(root).slice(0, 32));
}

/**
 * Reads an index. A missing, damaged, or older-format one is an empty one: it can always be made again.
 * The last field is the SHA-256 of all that stands before it.
 */
export async function readStatIndex(file: string): Promise<StatIndex> {
  const index = new Map<string, StatEntry>();
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return index;
  }
  const end = text.lastIndexOf('\0');
  if (end < 0 || text.slice(end + 1) !== sha256(text.slice(0, end))) return index;
  const fields = text.slice(0, end).split('\0');
  if (fields[0] !== HEADER || (fields.length - 1) % FIELDS !== 0) return index;
  for (let i = 1; i < fields.length; i += FIELDS) {
    const [name, size, mtimeNs, ctimeNs, ino, hash] = fields.slice(i, i + FIELDS) as [string, ...string[]];
    index.set(name, { size, mtimeNs, ctimeNs, ino, sha256: hash } as StatEntry);
  }
  return index;
}

/** Writes an index. A cache that cannot be written costs time, never the work: the failure is returned, not thrown. */
export async function writeStatIndex(file: string, index: StatIndex): Promise<Error | undefined> {
  const fields = [HEADER];
  for (const [name, entry] of [...index].sort(([a], [b]) => byCodeUnit(a, b))) {
    fields.push(name, entry.size, entry.mtimeNs, entry.ctimeNs, entry.ino, entry.sha256);
  }
  const body = fields.join('\0');
  try {
    await writeFileAtomic(file, `${body}\0${sha256(body)}`);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
