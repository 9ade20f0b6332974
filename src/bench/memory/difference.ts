import type { Counted } from './counted.ts';
import type { Amount, SizeDifference, TypeDifference } from './types.ts';

const NOTHING: Amount = { blocks: 0, bytes: 0 };

/** The types whose objects differ in number or bytes, the largest difference in bytes first. */
export function typeDifferences(baseline: Counted, patched: Counted): readonly TypeDifference[] {
  const read = ({ types }: Counted) => new Map(types.map(([type, blocks, bytes]) => [type, { blocks, bytes }]));
  const [before, after] = [read(baseline), read(patched)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((type) => ({ type, baseline: before.get(type) ?? NOTHING, patched: after.get(type) ?? NOTHING }))
    .filter((row) => row.baseline.blocks !== row.patched.blocks || row.baseline.bytes !== row.patched.bytes)
    .sort((a, b) => weight(b) - weight(a) || (a.type < b.type ? -1 : 1));
}

const weight = (row: TypeDifference) => Math.abs(row.patched.bytes - row.baseline.bytes);

/** The sizes of which there are more or fewer blocks, the largest difference in bytes first. */
export function sizeDifferences(baseline: Counted, patched: Counted): readonly SizeDifference[] {
  const read = ({ sizes }: Counted) => {
    const counts = new Map<number, number>();
    for (const [size, blocks] of sizes) counts.set(size, (counts.get(size) ?? 0) + blocks);
    return counts;
  };
  const [before, after] = [read(baseline), read(patched)];
  const bytes = (row: SizeDifference) => Math.abs(row.patched - row.baseline) * row.size;
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((size) => ({ size, baseline: before.get(size) ?? 0, patched: after.get(size) ?? 0 }))
    .filter((row) => row.baseline !== row.patched)
    .sort((a, b) => bytes(b) - bytes(a) || a.size - b.size);
}
