import type { Context } from '../../system/context.ts';
import { candidatesIn, findExact } from './exact.ts';
import type { Files } from './files.ts';
import { isTelling, type TextFile } from './lines.ts';
import { outlineOf } from './outline.ts';
import { describeSite } from './site.ts';
import { findByStructure } from './structure.ts';
import { addedTwice, alignedElsewhere, livesOn, runsTogether } from './twice.ts';
import type { Candidate, HowPlaced, OldHunk, Piece, Placement } from './types.ts';
import { placeByMerge, sitesOf, verifyPlace } from './verify-place.ts';

interface FilePair {
  readonly old: TextFile;
  /** The old file with the whole patch. */
  readonly after: TextFile;
  /** `undefined` when the new tree has no such file. */
  readonly now: TextFile | undefined;
  readonly tree: Files;
  readonly ctx: Pick<Context, 'env' | 'signal'>;
}

interface Refused {
  readonly reasons: readonly string[];
  readonly candidates: readonly Candidate[];
}

export type HunkFound =
  | Refused
  | {
      readonly how: HowPlaced;
      readonly placements: readonly Placement[];
      /** Where it is, from 0. */
      readonly at: { readonly file: string; readonly line: number };
      readonly notes: readonly string[];
    };

type PieceResult =
  | Refused
  | { readonly how: HowPlaced; readonly placement: Placement; readonly notes: readonly string[] };

/**
 * Finds the place of a hunk in the new tree: already there, as it is, by a three-way merge, by structure; the first that
 * can be proven. All of its pieces, or none.
 * @param back the hunk in the lines of the patched file, the other way round.
 */
export async function placeHunk(
  pair: FilePair,
  hunk: OldHunk,
  back: Pick<OldHunk, 'start' | 'end' | 'pieces'>,
): Promise<HunkFound> {
  const { now, old, after } = pair;
  const reasons: string[] = [];
  if (now !== undefined) {
    const exact = findExact(old, hunk, now);
    const done = findExact(after, back, now);
    if ('delta' in exact && 'delta' in done) {
      const places = [exact, done].map(({ delta }, i) => ([hunk, back][i]?.start ?? 0) + delta + 1);
      const reason = `it can be placed at line ${places[0]}, and looks as if it were there already at line ${places[1]}`;
      return { reasons: [reason], candidates: [] };
    }
    const first = hunk.pieces[0]?.start ?? 0;
    if ('delta' in done) {
      const lives = livesOn(old, after, hunk.pieces, now);
      if (lives !== undefined) return { reasons: [lives], candidates: [] };
      const line = (back.pieces[0]?.start ?? 0) + done.delta;
      return { how: 'already-there', placements: [], at: { file: now.path, line }, notes: [] };
    }
    if ('delta' in exact) {
      const placements = hunk.pieces.map((p) => moved(p, exact.delta, now.path));
      for (const [i, piece] of hunk.pieces.entries()) {
        const why = objection(pair, piece, back.pieces[i], now, placements[i]);
        if (why !== undefined) return { reasons: [why], candidates: [] };
      }
      const notes = exact.delta === 0 ? [] : [`moved by ${exact.delta > 0 ? '+' : '−'}${Math.abs(exact.delta)} lines`];
      return { how: 'exact', placements, at: { file: now.path, line: first + exact.delta }, notes };
    }
    reasons.push(`as it is: ${exact.reason}`);
    if (exact.ambiguous) return { reasons, candidates: candidatesIn(now, old.lines.slice(hunk.start, hunk.end), 4) };
  }
  if (!/\.(?:[ch]|pyi?)$/.test(old.path)) {
    const candidates = now === undefined ? [] : candidatesIn(now, old.lines.slice(hunk.start, hunk.end));
    return { reasons: [...reasons, 'in a file that is neither C nor Python no other way is taken'], candidates };
  }
  const results: PieceResult[] = [];
  for (const [i, piece] of hunk.pieces.entries()) results.push(await placePiece(pair, piece, back.pieces[i]));
  return together(pair, hunk, results, reasons);
}

/** What speaks against a place that was found. */
function objection(
  { old, after }: FilePair,
  piece: Piece,
  back: Piece | undefined,
  now: TextFile,
  placement: Placement | undefined,
): string | undefined {
  if (back === undefined || placement === undefined) throw new Error('a piece without its reverse');
  return (
    runsTogether(piece, now, placement) ??
    addedTwice(old, after, back, now) ??
    alignedElsewhere(old, piece, now, placement)
  );
}

function moved(piece: Piece, delta: number, file: string): Placement {
  return { file, start: piece.start + delta, end: piece.end + delta, inserted: piece.inserted };
}

const RANK: readonly HowPlaced[] = ['already-there', 'exact', 'three-way', 'structure'];

/** The pieces of a hunk, in their order, or what is in the way. */
function together(
  { now, old }: FilePair,
  hunk: OldHunk,
  results: readonly PieceResult[],
  reasons: string[],
): HunkFound {
  const failed = results.flatMap((r) => ('reasons' in r ? [r] : []));
  if (failed.length > 0) {
    const nearby = now === undefined ? [] : candidatesIn(now, old.lines.slice(hunk.start, hunk.end));
    const all = [...failed.flatMap((f) => f.candidates), ...nearby];
    const candidates = all.filter((c, i) => all.findIndex((d) => d.file === c.file && d.line === c.line) === i);
    return { reasons: [...new Set([...reasons, ...failed.flatMap((f) => f.reasons)])], candidates };
  }
  const placed = results.flatMap((r) => ('placement' in r ? [r] : []));
  for (const [i, { placement }] of placed.entries()) {
    const previous = placed[i - 1]?.placement;
    if (previous !== undefined && previous.file === placement.file && previous.end > placement.start)
      return { reasons: [...reasons, 'its pieces would stand in another order'], candidates: [] };
  }
  const real = placed.filter((p) => p.how !== 'already-there');
  const first = (real[0] ?? placed[0])?.placement;
  if (first === undefined) return { reasons: ['it changes nothing'], candidates: [] };
  const how = RANK.findLast((h) => placed.some((p) => p.how === h)) ?? 'exact';
  const partly = real.length > 0 && real.length < placed.length ? ['a part of it is there already'] : [];
  const notes = [...new Set([...partly, ...placed.flatMap((p) => p.notes)])];
  return { how, placements: real.map((p) => p.placement), at: { file: first.file, line: first.start }, notes };
}

async function placePiece(pair: FilePair, piece: Piece, back: Piece | undefined): Promise<PieceResult> {
  const { old, now, after } = pair;
  const reasons: string[] = [];
  if (now !== undefined) {
    const found = await placeByMerge(old, now, piece, pair.ctx);
    const there = back === undefined ? undefined : doneAt(after, back, now);
    if (there !== undefined) {
      const lives = livesOn(old, after, [piece], now);
      if (lives !== undefined) return { reasons: [lives], candidates: [] };
      if ('at' in found)
        return { reasons: ['it can be placed, and looks as if it were there already'], candidates: [] };
      return { how: 'already-there', placement: { ...moved(piece, 0, now.path), start: there, end: there }, notes: [] };
    }
    if ('at' in found) {
      const placement = moved(piece, found.at - piece.start, now.path);
      const why = objection(pair, piece, back, now, placement);
      if (why !== undefined) return { reasons: [why], candidates: [] };
      return { how: 'three-way', placement, notes: [] };
    }
    reasons.push(`three-way: ${found.reason}`);
  }
  const home = await homeOf(pair, piece);
  if ('reason' in home) return { reasons: [...reasons, `by structure: ${home.reason}`], candidates: home.candidates };
  const found = findByStructure(old, piece, home.file);
  const elsewhere = home.file.path === now?.path ? [] : [`${home.key} is in ${home.file.path} now`];
  const against = 'placement' in found ? objection(pair, piece, back, home.file, found.placement) : undefined;
  if (against !== undefined) return { reasons: [...reasons, against], candidates: [] };
  if ('placement' in found) return { how: 'structure', placement: found.placement, notes: elsewhere };
  const candidates =
    elsewhere.length === 0 ? [] : candidatesIn(home.file, old.lines.slice(Math.max(0, piece.start - 3), piece.end + 3));
  return { reasons: [...reasons, ...elsewhere, `by structure: ${found.reason}`], candidates };
}

/** Where lines that a piece inserts stand already, provably at their place. What only removes is not looked for here. */
function doneAt(after: TextFile, back: Piece, now: TextFile): number | undefined {
  const made = after.lines.slice(back.start, back.end);
  if (!made.some(isTelling)) return undefined;
  const places: number[] = [];
  for (let at = 0; at + made.length <= now.lines.length; at++) {
    if (now.lines[at] === made[0] && verifyPlace(after, back, now, at) === undefined) places.push(at);
  }
  return places.length === 1 ? places[0] : undefined;
}

/** The file of the new tree in which a piece's function is: its own, or the only other one that has it. */
async function homeOf(
  { old, now, tree }: FilePair,
  piece: Piece,
): Promise<{ readonly file: TextFile; readonly key: string } | { readonly reason: string; candidates: Candidate[] }> {
  const [site] = sitesOf(old, piece.start, piece.end, piece.inserted);
  const key = site === undefined ? '' : describeSite(site);
  if (site === undefined || site.keys.length === 0) {
    if (now === undefined)
      return { reason: 'it is in no function or declaration that could be looked for', candidates: [] };
    return { file: now, key };
  }
  if (now !== undefined && (outlineOf(now).regions(site.keys).length > 0 || !/\.[ch]$/.test(old.path)))
    return { file: now, key };
  if (!/\.[ch]$/.test(old.path)) return { reason: 'only functions of C are looked for in other files', candidates: [] };
  const homes: { file: TextFile; line: number }[] = [];
  for (const each of site.keys.filter((k) => !k.startsWith('decl '))) {
    const name = /(\w+)(?:\(.*\))?$/.exec(each)?.[1] ?? each;
    for (const path of await tree.holding(name)) {
      const file = (await tree.read(path))?.file;
      const [region] = file === undefined ? [] : outlineOf(file).regions([each]);
      if (file !== undefined && region !== undefined && !homes.some((h) => h.file.path === path))
        homes.push({ file, line: region.start + 1 });
    }
  }
  const [only] = homes;
  if (only !== undefined && homes.length === 1) return { file: only.file, key };
  if (homes.length === 0) return { reason: `${key} is nowhere in the new tree`, candidates: [] };
  const candidates = homes
    .slice(0, 4)
    .map(({ file, line }) => ({ file: file.path, line, similarity: 0, text: (file.lines[line - 1] ?? '').trim() }));
  return { reason: `${key} is in ${homes.length} files, not in ${now?.path ?? old.path}`, candidates };
}
