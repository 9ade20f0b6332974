import type { GitContext } from '../../checkout/git.ts';
import { alignmentOf, mergedAt } from './align-lines.ts';
import { isTelling, occurrences, sameAround, standsAt, type TextFile } from './lines.ts';
import { outlineOf, regionsOf } from './outline.ts';
import { type Site, siteDifference } from './site.ts';
import type { Piece } from './types.ts';

/** How many lines on each side count as evidence. */
const CONTEXT = 8;
/** How many telling lines must be the same for a place with less than the hunk's own context. */
const TELLING = 2;

/** The sites that decide where a piece belongs: of each line that goes, or of the gap that is filled. */
export function sitesOf(file: TextFile, start: number, end: number, inserted: readonly string[]): Site[] {
  const outline = outlineOf(file);
  if (start === end) return [outline.gap(start, inserted)];
  return Array.from({ length: end - start }, (_, i) => outline.line(start + i));
}

/** Why the sites of a piece here and there differ, `undefined` when they are the same. */
export function sitesDiffer(
  old: TextFile,
  piece: Piece,
  now: TextFile,
  at: number,
  block: boolean,
): string | undefined {
  const there = sitesOf(now, at, at + piece.end - piece.start, piece.inserted);
  const here = sitesOf(old, piece.start, piece.end, piece.inserted);
  for (const [i, site] of here.entries()) {
    const other = there[i];
    const difference = other === undefined ? 'the file ends there' : siteDifference(site, other, block);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/**
 * Proves that a piece belongs at a line of the new file: what it replaces stands there, in the same function, under the
 * same `#if`s, in the same statement; the nearest telling lines on both sides, and all between, are the same; and the stretch that is the same
 * around it is found once in the function, in the old file as in the new.
 * @returns why not, or `undefined` when it is proven.
 */
export function verifyPlace(old: TextFile, piece: Piece, now: TextFile, at: number): string | undefined {
  const gone = old.lines.slice(piece.start, piece.end);
  if (!standsAt(now.lines, at, gone)) return 'the lines that it replaces are not there';
  const difference = sitesDiffer(old, piece, now, at, true);
  if (difference !== undefined) return difference;
  const common = commonContext(old, piece, now, at);
  if (!common.above) return 'the line before it is another one';
  if (!common.below) return 'the line after it is another one';
  const { up, down } = common;
  const block = old.lines.slice(piece.start - up, piece.end + down);
  const evidence = old.lines.slice(piece.start - Math.min(up, CONTEXT), piece.end + Math.min(down, CONTEXT));
  if (evidence.filter(isTelling).length < TELLING) return 'too little around it is the same to tell the place';
  return unique(old, piece, block, 'old') ?? unique(now, { ...piece, start: at, end: at + gone.length }, block, 'new');
}

/** Why the block is not the only one in the functions of the piece. */
function unique(file: TextFile, piece: Piece, block: readonly string[], which: string): string | undefined {
  const [site] = sitesOf(file, piece.start, piece.end, piece.inserted);
  // The stretch may reach beyond the function: counted in the whole file, where it is rarer still.
  const inside = site === undefined ? [] : occurrences(file.lines, block, regionsOf(file, site));
  const all = inside.length > 0 ? inside : occurrences(file.lines, block);
  if (all.length === 1) return undefined;
  const lines = all.map((n) => n + 1).join(', ');
  return `the same lines stand ${all.length} times in the ${which} file's function (lines ${lines})`;
}

/** How many lines before and after are the same, and whether the nearest that tell something are: a brace alone is not one. */
function commonContext(old: TextFile, piece: Piece, now: TextFile, at: number) {
  const end = at + piece.end - piece.start;
  const { up, down } = sameAround(old.lines, piece, now.lines, { start: at, end });
  const above = old.lines.slice(piece.start - up, piece.start).some(isTelling) || (up === piece.start && up === at);
  const below =
    old.lines.slice(piece.end, piece.end + down).some(isTelling) ||
    (piece.end + down === old.lines.length && end + down === now.lines.length);
  return { up, down, above, below };
}

/** A place in the new file, or why there is none. */
type PieceFound = { readonly at: number } | { readonly reason: string };

/** Where git's three-way merge puts a piece of one old file in one new file, when that place can be proven to be the right one. */
export async function placeByMerge(old: TextFile, now: TextFile, piece: Piece, ctx: GitContext): Promise<PieceFound> {
  const at = mergedAt(await alignmentOf(old, now, ctx), piece);
  if (at === undefined) return { reason: 'git finds a conflict there' };
  const why = verifyPlace(old, piece, now, at);
  return why === undefined ? { at } : { reason: `git puts it at line ${at + 1}, but ${why}` };
}
