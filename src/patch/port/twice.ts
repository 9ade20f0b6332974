import { diffArrays } from 'diff';
import { isTelling, type LineRange, type TextFile } from './lines.ts';
import { outlineOf, regionsOf } from './outline.ts';
import type { Site } from './site.ts';
import type { Piece, Placement } from './types.ts';
import { sitesOf } from './verify-place.ts';

const tight = (line: string): string => line.replace(/\s+/g, '');

/** What a line names in a table, a struct or an enumeration: two of one name are one too many, whatever else they say. */
function named(line: string): string | undefined {
  const [, entry] = /^(?:\{("[^"]*"|\w+),|(["'][^"']*["']):|(\.\w+)=)/.exec(line)?.filter((m) => m !== undefined) ?? [];
  return entry === undefined || entry === 'NULL' ? undefined : `entry ${entry}`;
}

function field(line: string): string | undefined {
  const name = /^[^(){}=]*?(\w+)(?:\[[^\]]*\])?;/.exec(line)?.[1] ?? /^(\w+)(?:=[^,]*)?,?$/.exec(line)?.[1];
  return name === undefined ? undefined : `field ${name}`;
}

const counted = new WeakMap<TextFile, Map<string, ReadonlyMap<string, readonly number[]>>>();

/** Where each text stands in the stretches of a site: lines without their white space, and the names in tables. */
function countsOf(file: TextFile, site: Site): ReadonlyMap<string, readonly number[]> {
  const known = counted.get(file) ?? new Map<string, ReadonlyMap<string, readonly number[]>>();
  counted.set(file, known);
  const key = site.keys.join('\n');
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const lines = regionsOf(file, site).flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, i) => start + i),
  );
  const byText = new Map<string, number[]>();
  for (const i of new Set(lines))
    for (const text of textsOf(file.lines[i] ?? '', site)) {
      const places = byText.get(text);
      if (places === undefined) byText.set(text, [i]);
      else places.push(i);
    }
  known.set(key, byText);
  return byText;
}

function textsOf(line: string, site: Site): string[] {
  const text = tight(line);
  const isStruct = site.keys.some((key) => key.startsWith('struct '));
  return [text, named(text), isStruct ? field(line.trim().replace(/\s*\/\*.*$/, '')) : undefined].filter(
    (t) => t !== undefined,
  );
}

/**
 * Why a change must not be taken for done although its result stands there: what it removes lives on in the same function.
 * @param after the old file with the patch.
 */
export function livesOn(old: TextFile, after: TextFile, pieces: readonly Piece[], now: TextFile): string | undefined {
  for (const piece of pieces) {
    for (let i = piece.start; i < piece.end; i++) {
      const text = tight(old.lines[i] ?? '');
      if (!/\w/.test(text)) continue;
      const site = outlineOf(old).line(i);
      const left = countsOf(now, site).get(text) ?? [];
      if (left.length > (countsOf(after, site).get(text)?.length ?? 0)) {
        const lines = left.map((n) => n + 1).join(', ');
        return `it looks as if it were there already, but what it removes still stands there (line ${lines})`;
      }
    }
  }
  return undefined;
}

/**
 * Why what a piece adds would be there twice: the new file has a definition or an entry of that name, or in the same
 * function the same line, which the old file had not.
 * @param back the piece in the lines of `after`, the old file with the patch.
 * @param asAWhole lines that name nothing count only when all of the piece's are there.
 */
export function addedTwice(
  old: TextFile,
  after: TextFile,
  back: Piece,
  now: TextFile,
  asAWhole = false,
): string | undefined {
  const found: (string | undefined)[] = [];
  for (let i = back.start; i < back.end; i++) {
    const line = after.lines[i] ?? '';
    if (!isTelling(line)) continue;
    found.push(undefined);
    const site = outlineOf(after).line(i);
    const has = (file: TextFile): readonly LineRange[] => outlineOf(file).regions(site.keys);
    if (site.keys.length > 0 && has(old).length === 0) {
      const [there] = has(now);
      if (there !== undefined) return `${site.keys[0]}, which it adds, is there already (line ${there.start + 1})`;
      continue;
    }
    for (const text of textsOf(line, site)) {
      const had = countsOf(old, site).get(text)?.length ?? 0;
      const is = countsOf(now, site).get(text) ?? [];
      // Outside of all functions the whole file is looked at, where a line may well stand once more.
      if (site.keys.length === 0 ? had === 0 && is.length > 0 : is.length > had)
        found[found.length - 1] =
          `what it adds stands there already (line ${is.map((n) => n + 1).join(', ')}): ${line.trim()}`;
      else continue;
      if (!asAWhole || text !== tight(line)) return found.at(-1);
    }
  }
  return found.every((why) => why !== undefined) ? found[0] : undefined;
}

/** Why lines would run into each other: one without a newline at its end is the last of its file, here and there. */
export function runsTogether(piece: Piece, now: TextFile, placement: Placement): string | undefined {
  const open = (line: string | undefined) => line !== undefined && !line.endsWith('\n');
  const { start, end } = placement;
  const says = open(piece.inserted.at(-1)) || open(placement.inserted.at(-1));
  const before = start > 0 && open(now.lines[start - 1]) && placement.inserted.length > 0;
  if (before || (says && end !== now.lines.length))
    return 'its last line has no newline at its end, or the one before it has none: the file goes on there';
  return undefined;
}

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
  const images = alignment(
    old.lines.slice(here.start, here.end).map(tight),
    now.lines.slice(there.start, there.end).map(tight),
  );
  const image = (index: number) => {
    const found = images.get(index - here.start);
    return found === undefined ? undefined : found + there.start;
  };
  const above = nearest(old, piece.start - 1, here.start - 1, -1);
  const below = nearest(old, piece.end, here.end, 1);
  const [up, down] = [above, below].map((index) => (index === undefined ? undefined : image(index)));
  const says = (line = 0, where: string, image: number) =>
    `line ${line + 1}, which is ${where} it, is line ${image + 1} of the new file by the fewest changes: which place is meant cannot be told`;
  if (up !== undefined && up >= placement.start) return says(above, 'above', up);
  return down !== undefined && down < placement.end ? says(below, 'below', down) : undefined;
}

/** The one stretch that holds the lines. */
function around(regions: readonly LineRange[], start: number, end: number): LineRange | undefined {
  const [only, more] = regions.filter((region) => region.start <= start && end <= region.end);
  if (only === undefined || more !== undefined || only.end - only.start > MOST_LINES) return undefined;
  return only;
}

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
