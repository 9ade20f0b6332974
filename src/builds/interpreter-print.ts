import { type Dirent, readdirSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { hashFiles } from '../checkout/tree-hash.ts';
import type { Context } from '../system/context.ts';
import { byCodeUnit, fingerprint, sha256File } from '../system/hash.ts';
import type { LookedAt } from './interpreter.ts';
import type { printedSchema } from './interpreter-schema.ts';

/** Files of a standard library that are read whole, at most, and their bytes: some seconds. Others count by size and time. */
const MOST = { files: 20_000, bytes: 512 * 2 ** 20 };

/** Not of the standard library, or made from it, or not loaded by what is measured. */
const LEFT_OUT = /^(?:__pycache__|site-packages|dist-packages|test|tests|config-.*|.*\.py[co]|.*\.[ao])$/;

export interface Printed {
  readonly fingerprint: string;
  /** SHA-256 of the program itself. */
  readonly pythonSha256: string;
  readonly library: z.infer<typeof printedSchema>;
}

/**
 * What tells an interpreter from another one, by contents and not by place: its program, its shared library, and the files
 * that it imports from. What was read once is not read again while its size, times and inode stay.
 */
export async function printInterpreter({ python, facts }: LookedAt, ctx: Context): Promise<Printed> {
  const program = await realpath(python);
  const [pythonSha256, shared] = await Promise.all([
    sha256File(program),
    facts.library === undefined ? undefined : sha256File(facts.library).catch(() => 'unreadable'),
  ]);
  const left = { ...MOST };
  const lines: string[] = [];
  let [files, read] = [0, 0];
  const seen = new Set<string>();
  for (const folder of facts.path) {
    const [whole, others, links]: [string[], string[], string[]] = [[], [], []];
    for (const { file, bytes, isLink } of libraryFiles(folder)) {
      const at = path.join(folder, file);
      if (seen.has(at)) continue;
      seen.add(at);
      files += 1;
      left.files -= 1;
      left.bytes -= bytes;
      (left.files < 0 || left.bytes < 0 ? others : isLink ? links : whole).push(file);
    }
    const root = statSync(folder, { throwIfNoEntry: false })?.isFile() ? path.dirname(folder) : folder;
    for (const one of await hashFiles(root, whole, ctx)) lines.push(`${one.path} ${one.sha256}`);
    for (const file of links) lines.push(`${file} ${await sha256File(path.join(root, file))}`);
    for (const file of others) {
      const { size, mtimeMs } = statSync(path.join(root, file));
      lines.push(`${file} ${size} ${mtimeMs}`);
    }
    read += whole.length + links.length;
  }
  const print = fingerprint({ schema: 1, pythonSha256, shared, library: lines });
  return { fingerprint: print, pythonSha256, library: { files, read } };
}

interface LibraryFile {
  readonly file: string;
  readonly bytes: number;
  readonly isLink: boolean;
}

/** Sorted, relative to the folder; of a zip file the file itself. */
function libraryFiles(folder: string): readonly LibraryFile[] {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isFile()) return [{ file: path.basename(folder), bytes: stats.size, isLink: false }];
  const out: LibraryFile[] = [];
  const queue = [''];
  for (let below = queue.pop(); below !== undefined; below = queue.pop()) {
    for (const entry of entriesOf(path.join(folder, below))) {
      if (LEFT_OUT.test(entry.name)) continue;
      const file = path.join(below, entry.name);
      if (entry.isDirectory()) queue.push(file);
      else {
        const at = statSync(path.join(folder, file), { throwIfNoEntry: false });
        if (at?.isFile()) out.push({ file, bytes: at.size, isLink: entry.isSymbolicLink() });
      }
    }
    if (out.length > 10 * MOST.files) break;
  }
  return out.sort((a, b) => byCodeUnit(a.file, b.file));
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
