import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import type { Toolchain } from '../../target/types.ts';
import { compiledLibrary } from '../compiled.ts';

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
  const [source, ...included] = SOURCES.map(asset);
  if (source === undefined) throw new Error('the counter has no source');
  const made = await compiledLibrary({
    what: 'the counter',
    sources: [source, ...included],
    toolchain,
    flags,
    libraries: ['-ldl'],
    ctx,
  });
  return made.file === undefined ? made.why : made;
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
