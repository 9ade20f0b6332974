import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import { makeFolder, withFileProblems } from '../../system/files.ts';
import { fingerprint } from '../../system/hash.ts';
import { runProcess } from '../../system/process.ts';
import type { Toolchain } from '../../target/types.ts';

/** A library to be preloaded. */
export interface PreloadCounter {
  /** Absolute path. */
  readonly file: string;
}

const SOURCES = ['counter.c', 'preload.h', 'types.h'] as const;
const FLAGS = ['-O2', '-shared', '-fPIC', '-pthread'];

const asset = (name: string) => assetPath(`bench/memory/${name}`);

/**
 * The counting library for a toolchain's target: compiled the first time, kept in the cache under the hash of its source,
 * compiler and options.
 * @returns why there is none: the target is linked statically, has another C library than glibc, or is not Linux.
 * @throws UserError when the cache cannot be written; Cancelled.
 */
export async function preloadCounter(toolchain: Toolchain, ctx: Context): Promise<PreloadCounter | string> {
  const { cc, target } = toolchain;
  if (!/linux/.test(cc.triplet)) return `a counter can be preloaded on Linux alone, not on ${cc.triplet}`;
  if (/(^|\s)-static\b/.test(`${target.ldflags ?? ''} ${cc.command.join(' ')}`))
    return 'a counter cannot be preloaded into a program that is linked statically';
  const [, ...options] = cc.command;
  const flags = [...options, ...(target.cflags?.split(/\s+/).filter((flag) => flag !== '') ?? []), ...FLAGS];
  const sources = await Promise.all(SOURCES.map((name) => readFile(asset(name), 'utf8')));
  const key = fingerprint({ sources, compiler: [cc.path, cc.version, cc.triplet], flags }).slice(0, 16);
  const folder = path.join(path.resolve(ctx.cacheDir), 'counters');
  const file = path.join(folder, `${key}.so`);
  if (await exists(file)) return { file };
  return withFileProblems(`make ${file}`, async () => {
    await makeFolder(folder);
    const work = await mkdtemp(path.join(folder, 'make-'));
    try {
      const fresh = path.join(work, 'counter.so');
      const result = await runProcess(cc.path, [...flags, '-o', fresh, asset('counter.c'), '-ldl'], {
        cwd: work,
        env: { PATH: toolchain.path.join(path.delimiter), LC_ALL: 'C' },
        timeoutMs: 60_000,
        signal: ctx.signal,
      });
      if (result.exitCode !== 0) {
        const words = /error: .*/.exec(result.stderr)?.[0] ?? result.stderr.trim().split('\n').at(-1) ?? '';
        return `${cc.name} does not compile the counter: ${words.slice(0, 200)}`;
      }
      // Whole or not at all, whoever else makes it at the same time.
      await rename(fresh, file);
      return { file };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

/**
 * How a static build gets the counter: compile both sources with Python's headers, and link them with `libpython` and
 * the linker's options. The program that results starts Python, runs what it is told, and reports at each point.
 */
export const LINKED_COUNTER = {
  sources: () => [asset('driver.c'), asset('counter.c')],
  cflags: ['-O2', '-DFORKWRIGHT_WRAP'],
  ldflags: [`-Wl,${['malloc', 'calloc', 'realloc', 'free'].map((name) => `--wrap=${name}`).join(',')}`],
} as const;

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
