import { byCodeUnit } from '../../system/hash.ts';
import type { FileSize, SymbolChange, SymbolKind } from './types.ts';

export type ObjectSymbol = Pick<SymbolChange, 'name' | 'kind'> & { readonly size: number };

/** nm(1): the letter's case says local or global, which is not of interest here. */
const KINDS: Readonly<Record<string, SymbolKind>> = {
  t: 'code',
  i: 'code',
  r: 'constant',
  d: 'data',
  g: 'data',
  b: 'zeroed',
  s: 'zeroed',
  c: 'zeroed',
};

/**
 * The functions and variables in the output of `nm -P --defined-only` (POSIX format: name, letter, value and size in
 * hexadecimal), of GNU and of LLVM. Symbols without a size are labels, and left out.
 *
 * Windows' programs say no sizes at all: there a symbol reaches as far as the next one, and what fills the place up to the
 * next multiple of 16 is counted with it. The last one before another kind begins is left out.
 */
export function readSymbols(text: string): readonly ObjectSymbol[] {
  const symbols = text.split('\n').flatMap((line) => {
    const [name, letter = '', value = '', size = ''] = line.split(' ');
    if (name === undefined || !/^[A-Za-z]$/.test(letter)) return [];
    const address = Number.parseInt(value, 16);
    return [{ name, kind: KINDS[letter.toLowerCase()] ?? 'other', address, size: Number.parseInt(size, 16) || 0 }];
  });
  const sized = symbols.some(({ size }) => size > 0) ? symbols : upToTheNext(symbols);
  return sized.filter(({ size }) => size > 0).map(({ name, kind, size }) => ({ name, kind, size }));
}

function upToTheNext<T extends ObjectSymbol & { readonly address: number }>(symbols: readonly T[]): readonly T[] {
  const sorted = symbols.filter(({ address }) => !Number.isNaN(address)).sort((a, b) => a.address - b.address);
  let next: T | undefined;
  let after: T | undefined;
  const sized: T[] = [];
  for (const symbol of sorted.reverse()) {
    // Several names of one place are of one size.
    if (next !== undefined && next.address !== symbol.address) after = next;
    next = symbol;
    if (after?.kind === symbol.kind) sized.push({ ...symbol, size: after.address - symbol.address });
  }
  return sized.reverse();
}

/** What GCC, Clang and link-time optimisation append: to clones, to split-off parts, to statics of the same name. */
const SUFFIX = /(\.(constprop|isra|part|cold|lto_priv|llvm|localalias|ipa|clone|unlikely|hot|\d+)(\.\d+)*)+$/;

/** What GNU ld for 64-bit ARM puts round the processor's erratum 843419 (or 835769), named after the place: `e843419@0098_00000ad5_2ed0`. */
const PLACED = /^(e\d{6})@[\da-f]+(_[\da-f]+)+$/;

/** A symbol's name in the source: `lookup.constprop.0` → `lookup`, `kwlist.42` → `kwlist`. */
export function sourceName(name: string): string {
  return name.replace(PLACED, '$1').replace(SUFFIX, '') || name;
}

/**
 * What was added, removed and resized. Statics of one name (`kwlist` is in a hundred functions) cannot be told apart, as
 * the compiler numbers them anew each time: those of equal size are taken to be the same, and the rest are summed up.
 */
export function compareSymbols(baseline: readonly ObjectSymbol[], patched: readonly ObjectSymbol[]) {
  const groups = new Map<string, Group>();
  for (const [side, symbols] of [['baseline', baseline] as const, ['patched', patched] as const]) {
    for (const { name, kind, size } of symbols) {
      const own = sourceName(name);
      const key = `${kind} ${own}`;
      const group = groups.get(key) ?? { name: own, kind, baseline: [], patched: [] };
      group[side].push(size);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(changeOf).sort(byBytes);
}

type Group = Pick<SymbolChange, 'name' | 'kind'> & Record<'baseline' | 'patched', number[]>;

function changeOf({ name, kind, baseline, patched }: Group): readonly SymbolChange[] {
  const before = without(baseline, patched);
  const after = without(patched, baseline);
  if (before.length === 0 && after.length === 0) return [];
  const change = baseline.length === 0 ? 'added' : patched.length === 0 ? 'removed' : 'resized';
  const single = baseline.length <= 1 && patched.length <= 1;
  const symbols = { baseline: baseline.length, patched: patched.length };
  return [{ name, kind, change, baseline: sum(baseline), patched: sum(patched), ...(single ? {} : { symbols }) }];
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

/** `sizes` without one occurrence of each of `others`. */
function without(sizes: readonly number[], others: readonly number[]): number[] {
  const left = [...sizes];
  for (const size of others) {
    const at = left.indexOf(size);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

const delta = ({ baseline, patched }: SymbolChange) => patched - baseline;

function byBytes(a: SymbolChange, b: SymbolChange): number {
  return Math.abs(delta(b)) - Math.abs(delta(a)) || byCodeUnit(a.name, b.name) || byCodeUnit(a.kind, b.kind);
}

type Summed = Pick<FileSize, 'text' | 'data' | 'bss'>;

/** Bytes of each section, by the output of `size -A -d FILE` (System V format), in the file's order. */
export function readSections(text: string): ReadonlyMap<string, number> {
  const sections = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^(\.?[^\s:]+)\s+(\d+)\s+\d+$/.exec(line.trimEnd());
    if (match?.[1] === undefined) continue;
    sections.set(match[1], (sections.get(match[1]) ?? 0) + Number(match[2]));
  }
  return sections;
}

/** Of each file, by the output of `size -B -d FILE…` (Berkeley format). */
export function readSums(text: string): ReadonlyMap<string, Summed> {
  const sums = new Map<string, Summed>();
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+\d+\s+[0-9a-f]+\s+(.+?)\s*$/.exec(line);
    if (match?.[4] === undefined) continue;
    sums.set(match[4], { text: Number(match[1]), data: Number(match[2]), bss: Number(match[3]) });
  }
  return sums;
}
