import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { byCodeUnit, sha256 } from '../../system/hash.ts';
import { pyperfSuite } from './pyperf-plan.ts';
import type { Suite } from './suite.ts';

const FUNCTION = /^[ \t]*def\s+bench_(\w+)\s*\((?!self\b)/gm;

/** A script that makes pyperf's Runner, or imports pyperf to do so. */
const PYPERF = /^[ \t]*(?:import\s+pyperf\b|from\s+pyperf\s+import\b)/m;

/** Scripts of the user's: with functions `def bench_NAME(loops)`, or on pyperf's Runner. */
export const files: Suite = {
  name: 'files',
  title: 'Own benchmarks',
  words: 'own benchmarks',
  ofFiles: true,
  async prepare({ files, ctx }) {
    const hashes = await Promise.all(files.map(async (file) => [file, sha256(await readFile(file))] as const));
    const identity = { files: Object.fromEntries(hashes) };
    if (!(await onPyperf(files))) return { name: 'files', args: ['files', ...files], identity };
    const entries = files.map((script) => ({ name: path.basename(script, '.py'), script, options: [] }));
    return pyperfSuite('files', entries, identity, ctx.cacheDir);
  },
  async pack({ files }) {
    if (await onPyperf(files)) {
      throw new UserError({
        code: 'bundle/pyperf-script',
        message: 'scripts on pyperf’s Runner are not packed into a bundle',
        hint: 'make a run with pybench or with scripts that have functions def bench_NAME(loops), and bundle that',
      });
    }
    const packed = await Promise.all(
      files.map(async (file) => ({ name: `files/${path.basename(file)}`, data: await readFile(file) })),
    );
    const hashes = packed.map(({ name, data }) => [path.basename(name), sha256(data)] as const);
    return { files: packed, tests: await scriptTestNames(files), identity: { files: Object.fromEntries(hashes) } };
  },
};

/** All of them are on pyperf's Runner, or none. @throws UserError */
async function onPyperf(files: readonly string[]): Promise<boolean> {
  const kinds = await Promise.all(files.map(async (file) => PYPERF.test(await readFile(file, 'utf8'))));
  if (!kinds.includes(true)) return false;
  const other = files[kinds.indexOf(false)];
  if (other === undefined) return true;
  throw new UserError({
    code: 'cli/suite',
    message: `--suite: ${path.basename(other)} has bench_ functions, and the others are on pyperf’s Runner`,
    hint: 'scripts of one kind a run: start another for the others',
  });
}

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
