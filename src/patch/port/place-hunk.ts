import { candidatesIn, findExact } from './exact.ts';
import { findLikely } from './likely.ts';
import { isTelling, type TextFile } from './lines.ts';
import { isCode, outlineOf } from './outline.ts';
import { describeSite } from './site.ts';
import { findByStructure } from './structure.ts';
import { addedTwice, alignedElsewhere, livesOn, runsTogether } from './twice.ts';
import type { Candidate, FilePair, HowPlaced, OldHunk, Piece, Placement } from './types.ts';
import { placeByMerge, sitesOf, verifyPlace } from './verify-place.ts';

interface Refused {
  readonly grade: 'conflict' | 'gone';
  readonly reasons: readonly string[];
  readonly candidates: readonly Candidate[];
}

export type ChangeFound =
  | Refused
  | {
      readonly grade: 'proven' | 'likely' | 'upstream';
      readonly how: HowPlaced;
      /** Of what is there already: an empty stretch at its place, with nothing to insert. */
      readonly placement: Placement;
      readonly evidence?: string | undefined;
      readonly notes: readonly string[];
    };

/**
 * Finds the places of a hunk's changes in the new tree: already there, as it is, by a three-way merge, by structure; the first
 * that can be proven; then what is likely. Each change by itself.
 * @param back the hunk in the lines of the patched file, the other way round.
 */
export async function placeHunk(
  pair: FilePair,
  hunk: OldHunk,
  back: Pick<OldHunk, 'start' | 'end' | 'pieces'>,
): Promise<ChangeFound[]> {
  const { now, old, after } = pair;
  const all = (result: ChangeFound) => hunk.pieces.map(() => result);
  const block = old.lines.slice(hunk.start, hunk.end);
  const refused = (reasons: readonly string[], most?: number) => {
    const candidates = now === undefined ? [] : candidatesIn(now, block, most);
    return { grade: candidates.length > 0 ? 'conflict' : 'gone', reasons, candidates } as const;
  };
  let reason: string | undefined;
  if (now !== undefined) {
    const exact = findExact(old, hunk, now);
    const done = findExact(after, back, now);
    if ('delta' in exact && 'delta' in done) {
      const places = [exact, done].map(({ delta }, i) => ([hunk, back][i]?.start ?? 0) + delta + 1);
      const both = `it can be placed at line ${places[0]}, and looks as if it were there already at line ${places[1]}`;
      return all(refused([both]));
    }
    if ('delta' in done) {
      const lives = livesOn(old, after, hunk.pieces, now);
      if (lives !== undefined) return all(refused([lives]));
      return back.pieces.map((piece) => upstream(now, piece.start + done.delta));
    }
    if ('delta' in exact) {
      const notes = exact.delta === 0 ? [] : [`moved by ${exact.delta > 0 ? '+' : '−'}${Math.abs(exact.delta)} lines`];
      return hunk.pieces.map((piece, i) => {
        const placement = moved(piece, exact.delta, now.path);
        const why = objection(pair, piece, back.pieces[i], now, placement);
        return why === undefined ? { grade: 'proven', how: 'exact', placement, notes } : refused([why]);
      });
    }
    reason = `as it is: ${exact.reason}`;
    if (exact.ambiguous) return all(refused([reason], 4));
  }
  const results: ChangeFound[] = [];
  for (const [i, piece] of hunk.pieces.entries()) {
    const proven = isCode(old.path)
      ? await placePiece(pair, piece, back.pieces[i])
      : await placeText(pair, piece, back.pieces[i]);
    const found = 'reasons' in proven ? await placeLikely(pair, piece, back.pieces[i], proven) : proven;
    if (!('reasons' in found)) results.push(found);
    else {
      const mine = refused([...(reason === undefined ? [] : [reason]), ...found.reasons]);
      const candidates = [...found.candidates, ...mine.candidates];
      results.push({
        ...mine,
        grade: candidates.length > 0 ? 'conflict' : 'gone',
        reasons: [...new Set(mine.reasons)],
        candidates: candidates.filter(
          (c, n) => candidates.findIndex((d) => d.file === c.file && d.line === c.line) === n,
        ),
      });
    }
  }
  return inOrder(results);
}

function upstream(now: TextFile, at: number, evidence?: string): ChangeFound {
  const placement = { file: now.path, start: at, end: at, inserted: [] };
  return { grade: 'upstream', how: 'already-there', placement, evidence, notes: [] };
}

/** Of changes of one hunk that would stand in another order, those that are not proven are not placed. */
function inOrder(results: readonly ChangeFound[]): ChangeFound[] {
  const out = [...results];
  for (const [i, result] of out.entries()) {
    if ('reasons' in result || result.grade !== 'likely') continue;
    const { file, start, end } = result.placement;
    const wrong = out.some((other, k) => {
      if (k === i || 'reasons' in other || other.placement.file !== file) return false;
      return k < i ? other.placement.end > start : other.placement.start < end;
    });
    if (!wrong) continue;
    const text = 'the changes of the hunk would stand in another order';
    const candidates = [{ file, line: start + 1, similarity: 0, text: '' }];
    out[i] = { grade: 'conflict', reasons: [text], candidates };
  }
  return out;
}

type PieceResult = Omit<Refused, 'grade'> | Exclude<ChangeFound, Refused>;

/** Where a change most likely belongs, when nothing that was found on the way speaks against it. */
async function placeLikely(
  pair: FilePair,
  piece: Piece,
  back: Piece | undefined,
  proven: Omit<Refused, 'grade'>,
): Promise<PieceResult> {
  const { now, old, after } = pair;
  if (now === undefined || back === undefined) return proven;
  const found = await findLikely({ ...pair, now }, piece);
  const no = (reasons: readonly string[]) => ({ ...proven, reasons: [...proven.reasons, ...reasons] });
  if ('reasons' in found) return no(found.reasons);
  if ('there' in found)
    return { ...(upstream(now, found.there.start, found.evidence) as Exclude<ChangeFound, Refused>), grade: 'likely' };
  const against =
    runsTogether(piece, now, found.placement) ??
    (found.how === 'words' ? undefined : addedTwice(old, after, back, now, true)) ??
    (found.how === 'words' ? undefined : alignedElsewhere(old, piece, now, found.placement));
  if (against !== undefined) return no([against]);
  return { grade: 'likely', how: found.how, placement: found.placement, evidence: found.evidence, notes: [] };
}

/** In a file of which only lines are known: what is there already, at its proven place. */
async function placeText({ now, after, old }: FilePair, piece: Piece, back: Piece | undefined): Promise<PieceResult> {
  const there = now === undefined || back === undefined ? undefined : doneAt(after, back, now);
  if (now === undefined || there === undefined) return { reasons: [], candidates: [] };
  const lives = livesOn(old, after, [piece], now);
  if (lives !== undefined) return { reasons: [lives], candidates: [] };
  return upstream(now, there) as Exclude<ChangeFound, Refused>;
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
      return upstream(now, there) as Exclude<ChangeFound, Refused>;
    }
    if ('at' in found) {
      const placement = moved(piece, found.at - piece.start, now.path);
      const why = objection(pair, piece, back, now, placement);
      if (why !== undefined) return { reasons: [why], candidates: [] };
      return { grade: 'proven', how: 'three-way', placement, notes: [] };
    }
    reasons.push(`three-way: ${found.reason}`);
  }
  const home = await homeOf(pair, piece);
  if ('reason' in home) return { reasons: [...reasons, `by structure: ${home.reason}`], candidates: home.candidates };
  const found = findByStructure(old, piece, home.file);
  const elsewhere = home.file.path === now?.path ? [] : [`${home.key} is in ${home.file.path} now`];
  const against = 'placement' in found ? objection(pair, piece, back, home.file, found.placement) : undefined;
  if (against !== undefined) return { reasons: [...reasons, against], candidates: [] };
  if ('placement' in found) return { grade: 'proven', how: 'structure', placement: found.placement, notes: elsewhere };
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
