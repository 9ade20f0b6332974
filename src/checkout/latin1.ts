import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileProblem } from '../system/files.ts';

/** Errors that say "there is no such file": a dangling link, a folder, a path through a file. */
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);

/**
 * A file's bytes as latin1, one code unit a byte.
 * @returns `undefined` when it does not exist, is a dangling link or a folder.
 */
export async function readLatin1(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw fileProblem(error, `read ${file}`) ?? error;
  }
}

/** git's name for a blob (gitformat-pack(5)): SHA-1 of `blob SIZE NUL` and the bytes. */
export function blobId(latin1: string): string {
  return createHash('sha1').update(`blob ${latin1.length}\0`).update(latin1, 'latin1').digest('hex');
}

/** Text as it stands in a file of UTF-8, whose bytes are read as latin1. */
export const utf8AsLatin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
