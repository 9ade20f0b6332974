import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../system/files.ts';
import { byCodeUnit, sha256 } from '../system/hash.ts';

/**
 * What was seen of a file when it was hashed. Times in milliseconds since 1970, with what a double holds of the fraction:
 * a fifth of a microsecond. To ask the system for whole nanoseconds takes half as long again.
 */
export interface StatEntry {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  readonly sha256: string;
}

/** Hashes of files that need not be read again, by path. */
export type StatIndex = ReadonlyMap<string, StatEntry>;

const HEADER = 'forkwright stat index 2';
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
    index.set(fields[i] ?? '', {
      size: Number(fields[i + 1]),
      mtimeMs: Number(fields[i + 2]),
      ctimeMs: Number(fields[i + 3]),
      ino: Number(fields[i + 4]),
      sha256: fields[i + 5] ?? '',
    });
  }
  return index;
}

/** Writes an index. A cache that cannot be written costs time, never the work: the failure is returned, not thrown. */
export async function writeStatIndex(file: string, index: StatIndex): Promise<Error | undefined> {
  const fields = [HEADER];
  for (const [name, entry] of [...index].sort(([a], [b]) => byCodeUnit(a, b))) {
    fields.push(name, `${entry.size}`, `${entry.mtimeMs}`, `${entry.ctimeMs}`, `${entry.ino}`, entry.sha256);
  }
  const body = fields.join('\0');
  try {
    await writeFileAtomic(file, `${body}\0${sha256(body)}`);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
