import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { byCodeUnit, sha256 } from '../../system/hash.ts';
import type { Suite } from './suite.ts';

const FUNCTION = /^[ \t]*def\s+bench_(\w+)\s*\((?!self\b)/gm;

/** Scripts of the user's with functions `def bench_NAME(loops)`. */
export const files: Suite = {
  name: 'files',
  title: 'Own benchmarks',
  words: 'own benchmarks',
  ofFiles: true,
  async prepare({ files }) {
    const hashes = await Promise.all(files.map(async (file) => [file, sha256(await readFile(file))] as const));
    return { name: 'files', args: ['files', ...files], identity: { files: Object.fromEntries(hashes) } };
  },
  async pack({ files }) {
    const packed = await Promise.all(
      files.map(async (file) => ({ name: `files/${path.basename(file)}`, data: await readFile(file) })),
    );
    const hashes = packed.map(({ name, data }) => [path.basename(name), sha256(data)] as const);
    return { files: packed, tests: await scriptTestNames(files), identity: { files: Object.fromEntries(hashes) } };
  },
};

/** The names of the tests of a user's scripts, as the worker calls them: with the script's name where there are several. */
export async function scriptTestNames(files: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of files) {
    const stem = path.basename(file, '.py');
    for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(FUNCTION)) {
      found.push(files.length > 1 ? `${stem.split(/\s+/).join('_')}.${name}` : name);
    }
  }
  return [...new Set(found)].sort(byCodeUnit);
}
