import { diffArrays } from 'diff';
import { isTelling, type LineRange, type TextFile } from './lines.ts';
import { regionsOf } from './outline.ts';
import type { Piece, Placement } from './types.ts';
import { sitesOf } from './verify-place.ts';

/** A function of more lines is not aligned: nothing in CPython is as long but tables. */
const MOST_LINES = 4000;

/**
 * The same lines may stand in a function twice and once more after somebody's change: what stands unchanged around a place
 * is then no proof. So the function is also read as a whole: where the fewest changes lead from the old one to the new,
 * the nearest telling lines above and below a piece must come to lie above and below its place.
 * @returns what speaks against the place, if anything does.
 */
export function alignedElsewhere(old: TextFile, piece: Piece, now: TextFile, placement: Placement): string | undefined {
  const [site] = sitesOf(old, piece.start, piece.end, piece.inserted);
  if (site === undefined || site.keys.length === 0) return undefined;
  const here = around(regionsOf(old, site), piece.start, piece.end);
  const there = around(regionsOf(now, site), placement.start, placement.end);
  if (here === undefined || there === undefined) return undefined;
  const images = alignment(tight(old, here), tight(now, there));
  const image = (index: number) => {
    const found = images.get(index - here.start);
    return found === undefined ? undefined : found + there.start;
  };
  const above = nearest(old, piece.start - 1, here.start - 1, -1);
  const below = nearest(old, piece.end, here.end, 1);
  const [up, down] = [above, below].map((index) => (index === undefined ? undefined : image(index)));
  if (up !== undefined && up >= placement.start)
    return `line ${(above ?? 0) + 1}, which is above it, is line ${up + 1} of the new file by the fewest changes: which place is meant cannot be told`;
  if (down !== undefined && down < placement.end)
    return `line ${(below ?? 0) + 1}, which is below it, is line ${down + 1} of the new file by the fewest changes: which place is meant cannot be told`;
  return undefined;
}

/** The one stretch that holds the lines. */
function around(regions: readonly LineRange[], start: number, end: number): LineRange | undefined {
  const [only, more] = regions.filter((region) => region.start <= start && end <= region.end);
  if (only === undefined || more !== undefined || only.end - only.start > MOST_LINES) return undefined;
  return only;
}

const tight = ({ lines }: TextFile, { start, end }: LineRange): string[] =>
  lines.slice(start, end).map((line) => line.replace(/\s+/g, ''));

/** Which line of the old text is which of the new, by Myers' shortest edit script. */
function alignment(old: string[], now: string[]): ReadonlyMap<number, number> {
  const images = new Map<number, number>();
  let [from, to] = [0, 0];
  for (const { count, added, removed } of diffArrays(old, now)) {
    if (!added && !removed) for (let i = 0; i < count; i++) images.set(from + i, to + i);
    if (!added) from += count;
    if (!removed) to += count;
  }
  return images;
}

function nearest({ lines }: TextFile, from: number, end: number, step: 1 | -1): number | undefined {
  for (let i = from; i !== end; i += step) if (isTelling(lines[i] ?? '')) return i;
  return undefined;
}
