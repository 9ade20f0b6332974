import { byCodeUnit } from '../../system/hash.ts';
import { sourceName } from '../size/symbols.ts';
import type { StackDifference } from './types.ts';

export interface Sites {
  readonly modules: readonly { readonly bias: number; readonly file: string }[];
  /** Addresses the innermost first; the counter's own are among them. */
  readonly sites: readonly { readonly bytes: number; readonly blocks: number; readonly addresses: readonly number[] }[];
}

/** What the counter's stacks.h wrote: lines of `module BIAS FILE` and `site BYTES BLOCKS ADDRESS ...`. */
export function readSites(text: string): Sites {
  const rows = text.split('\n').map((line) => line.split(' '));
  return {
    modules: rows.flatMap(([kind, bias, ...file]) =>
      kind === 'module' ? [{ bias: Number(bias), file: file.join(' ') }] : [],
    ),
    sites: rows.flatMap(([kind, ...numbers]) => {
      if (kind !== 'site') return [];
      const [bytes = 0, blocks = 0, ...addresses] = numbers.map(Number);
      return [{ bytes, blocks, addresses }];
    }),
  };
}

/** Functions by their places in a file, sorted. */
export type Functions = readonly { readonly address: number; readonly end: number; readonly name: string }[];

/** Of `nm -P --defined-only`: the code, with the names that the source has. */
export function readFunctions(text: string): Functions {
  const found = text.split('\n').flatMap((line) => {
    const [name = '', letter = '', value = '', size = ''] = line.split(' ');
    if (!/^[tTiIwW]$/.test(letter)) return [];
    const address = Number.parseInt(value, 16);
    return [{ address, end: address + (Number.parseInt(size, 16) || 0), name: sourceName(name.replace(/@.*$/, '')) }];
  });
  return found.filter(({ address, end }) => end > address).sort((a, b) => a.address - b.address);
}

/** The last function that begins at or before an address, when it reaches so far. */
function functionAt(functions: Functions, address: number): string | undefined {
  let [low, high] = [0, functions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((functions[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const found = functions[low - 1];
  return found !== undefined && address < found.end ? found.name : undefined;
}

/** What only hands the request on: not who asked. */
const ALLOCATOR =
  /^_?Py(Mem|Object)_(Raw)?(Malloc|Calloc|Realloc)$|^_Py(Mem|Object)_|^_?PyObject_(GC_)?(New|NewVar|Resize|Malloc|Calloc)$|^(gc_alloc|_?PyType_AllocNoTrack|PyType_GenericAlloc)$/;
/** Behind it, the stack is the Python program's. */
const RUNS_PYTHON = /^_?PyEval_Eval(Frame|Code)/;
const MOST_FRAMES = 12;

/** Blocks and bytes by stack of C functions; a name that is not known is the file's. */
export function foldSites({ modules, sites }: Sites, counter: string, functionsOf: (file: string) => Functions) {
  const ordered = [...modules].sort((a, b) => a.bias - b.bias);
  const names = new Map<number, string>();
  const nameOf = (address: number): string => {
    const known = names.get(address);
    if (known !== undefined) return known;
    // A return address is behind its call, which may be a function's last.
    const at = address - 1;
    const module = ordered.filter(({ bias }) => bias <= at).at(-1);
    const name =
      module === undefined
        ? '?'
        : module.file === counter
          ? ''
          : (functionAt(functionsOf(module.file), at - module.bias) ?? `(${module.file.replace(/^.*\//, '')})`);
    names.set(address, name);
    return name;
  };
  const folded = new Map<string, { blocks: number; bytes: number }>();
  for (const { bytes, blocks, addresses } of sites) {
    const all = addresses.map(nameOf).filter((name) => name !== '');
    const asks = all.slice(
      Math.max(
        0,
        all.findIndex((name) => !ALLOCATOR.test(name)),
      ),
    );
    const end = asks.findIndex((name) => RUNS_PYTHON.test(name));
    const stack = asks.slice(0, Math.min(MOST_FRAMES, end < 0 ? asks.length : end + 1));
    const key = stack.length === 0 ? '(not known)' : stack.join('\n');
    const had = folded.get(key) ?? { blocks: 0, bytes: 0 };
    folded.set(key, { blocks: had.blocks + blocks, bytes: had.bytes + bytes });
  }
  return folded;
}

type Folded = ReturnType<typeof foldSites>;

export function stackDifferences(before: Folded, after: Folded): readonly StackDifference[] {
  const none = { blocks: 0, bytes: 0 };
  const weight = (one: StackDifference) => Math.abs(one.patched.bytes - one.baseline.bytes);
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort(byCodeUnit)
    .map((key) => ({
      stack: key.split('\n'),
      baseline: before.get(key) ?? none,
      patched: after.get(key) ?? none,
    }))
    .filter(({ baseline, patched }) => baseline.bytes !== patched.bytes || baseline.blocks !== patched.blocks)
    .sort((a, b) => weight(b) - weight(a));
}
