import type { Variant } from '../../builds/types.ts';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import type { Toolchain } from '../../targets/types.ts';
import { compiledLibrary } from '../compiled.ts';
import type { Interpreter } from '../types.ts';

const SOURCES = ['counter.c', 'maps.h', 'preload.h', 'stacks.h', 'types.h'] as const;
const FLAGS = ['-O2', '-shared', '-fPIC', '-pthread'];

/** Programs of the interpreters' objects into which the counter is linked. */
export interface LinkedCounter {
  /** How each is started; the code follows. */
  readonly programs: Readonly<Partial<Record<Variant, Pick<Interpreter, 'command' | 'env'>>>>;
}

/** The first is a library to be preloaded. */
export type Counter = { readonly file: string } | LinkedCounter;

export const isLinked = (counter: Counter): counter is LinkedCounter => 'programs' in counter;

const asset = (name: string) => assetPath(`bench/memory/${name}`);

/**
 * The counting library for a toolchain's target: compiled the first time, kept in the cache under the hash of its source,
 * compiler and options.
 * @returns why there is none: the target is linked statically, has another C library than glibc, or is not Linux.
 * @throws UserError when the cache cannot be written; Cancelled.
 */
export async function preloadCounter(toolchain: Toolchain, ctx: Context): Promise<{ readonly file: string } | string> {
  const { cc, target } = toolchain;
  if (!/linux/.test(cc.triplet)) return `a counter can be preloaded on Linux alone, not on ${cc.triplet}`;
  if (/(^|\s)-static\b/.test(`${target.ldflags ?? ''} ${cc.command.join(' ')}`))
    return 'a counter cannot be preloaded into a program that is linked statically';
  const [, ...options] = cc.command;
  const flags = [...options, ...(target.cflags?.split(/\s+/).filter((flag) => flag !== '') ?? []), ...FLAGS];
  const what = { what: 'the counter', sources: SOURCES.map(asset), libraries: ['-ldl'] };
  const made = await compiledLibrary({ ...what, toolchain, flags, ctx });
  return made.file === undefined ? made.why : made;
}

/** The functions that linked.h and counter.c take the place of. */
const WRAPPED = [
  ...['malloc', 'calloc', 'realloc', 'free', 'strdup', 'mmap', 'mmap64', 'munmap'],
  ...['PyObject_Malloc', 'PyObject_Calloc', 'PyObject_Realloc', 'PyObject_Free'],
];

/**
 * How a static build gets the counter: compile both sources with Python's headers, and link them with `libpython` and
 * the linker's options. The program that results starts Python, runs what it is told, and reports at each point.
 */
export const LINKED_COUNTER = {
  sources: () => [asset('driver.c'), asset('counter.c')],
  included: () => [asset('linked.h'), asset('maps.h'), asset('types.h'), asset('counter-windows.h')],
  cflags: ['-O2', '-DFORKWRIGHT_WRAP'],
  ldflags: [`-Wl,${WRAPPED.map((name) => `--wrap=${name}`).join(',')}`],
} as const;
