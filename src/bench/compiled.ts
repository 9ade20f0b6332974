import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { inTemporaryFolder, isFile, makeFolder, withFileProblems } from '../system/files.ts';
import { fingerprint } from '../system/hash.ts';
import { runProcess } from '../system/process.ts';
import type { Toolchain } from '../targets/types.ts';

export type Made = { readonly file: string } | { readonly file?: undefined; readonly why: string };

const LIMIT_MS = 60_000;

/**
 * A small shared library of the workbench's own, compiled the first time and then kept in the cache under the hash of its
 * sources, compiler and options.
 * @returns its absolute path, or why it cannot be compiled.
 * @throws UserError when the cache cannot be written; Cancelled.
 */
export async function compiledLibrary(request: {
  /** What it is, for sentences: `the counter`. */
  readonly what: string;
  /** Absolute paths: the file that is compiled, then what it includes. */
  readonly sources: readonly string[];
  readonly toolchain: Pick<Toolchain, 'cc' | 'path' | 'env'>;
  /** Options before the source. */
  readonly flags: readonly string[];
  /** After it: `-ldl`. */
  readonly libraries?: readonly string[] | undefined;
  /** What else it depends on. */
  readonly for?: string | undefined;
  readonly ctx: Context;
}): Promise<Made> {
  const { what, flags, libraries = [], ctx } = request;
  const { cc, path: folders, env } = request.toolchain;
  const [source = ''] = request.sources;
  const sources = await Promise.all(request.sources.map((file) => readFile(file, 'utf8')));
  const inputs = { sources, compiler: [cc.path, cc.version, cc.triplet], flags, for: request.for };
  const folder = path.join(path.resolve(ctx.cacheDir), 'counters');
  const file = path.join(folder, `${fingerprint(inputs).slice(0, 16)}.so`);
  if (await isFile(file)) return { file };
  const own = { ...env, PATH: folders.join(path.delimiter), LC_ALL: 'C' };
  return withFileProblems(`make ${file}`, async () => {
    await makeFolder(folder);
    const make = async (cwd: string) => {
      const fresh = path.join(cwd, 'library.so');
      const options = { cwd, env: own, timeoutMs: LIMIT_MS, signal: ctx.signal };
      const result = await runProcess(cc.path, [...flags, '-o', fresh, source, ...libraries], options);
      if (result.exitCode !== 0) return { why: `${cc.name} does not compile ${what}: ${compilerWords(result)}` };
      // Whole or not at all, whoever else makes it at the same time.
      await rename(fresh, file);
      return { file };
    };
    return inTemporaryFolder('make-', make, folder);
  });
}

export function compilerWords({ stderr }: { readonly stderr: string }): string {
  return (/error: .*/.exec(stderr)?.[0] ?? stderr.trim().split('\n').at(-1) ?? '').slice(0, 200);
}
