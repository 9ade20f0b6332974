import { isTelling, occurrences, type TextFile } from './lines.ts';
import type { OldHunk, Piece } from './types.ts';
import { sitesDiffer } from './verify-place.ts';

/** A hunk with less context than this is given more from the file that it was made for. */
const CONTEXT = 3;
/** How far the surroundings are drawn in to tell two equal places apart. */
const REACH = 200;

export type Found = { readonly delta: number } | { readonly reason: string; readonly ambiguous?: boolean };

/**
 * Finds a hunk by its own lines, unchanged: in the same function and statement, under the same `#if`s, and nowhere else there. Where
 * the old file has the same lines several times, as much of what is around is asked for as tells them apart.
 * @returns by how many lines it moved, or why it is not found.
 */
export function findExact(old: TextFile, hunk: Pick<OldHunk, 'start' | 'end' | 'pieces'>, now: TextFile): Found {
  const [first, last] = [hunk.pieces[0], hunk.pieces.at(-1)];
  if (first === undefined || last === undefined) return { reason: 'it changes nothing' };
  let start = Math.min(hunk.start, Math.max(0, first.start - CONTEXT));
  let end = Math.max(hunk.end, Math.min(old.lines.length, last.end + CONTEXT));
  // Context that is short because the file begins or ends there must do so in the new one.
  const atStart = start === 0 && first.start < CONTEXT;
  const atEnd = end === old.lines.length && end - last.end < CONTEXT;
  const places = (file: TextFile, block: readonly string[], from: number) => {
    const at = occurrences(file.lines, block);
    let reason = '';
    const fitting = at.filter((n) => {
      const differs = differing(old, hunk.pieces, file, n - from);
      reason ||= differs === undefined ? '' : `line ${n + 1}: ${differs}`;
      return differs === undefined && (!atStart || n === 0) && (!atEnd || n + block.length === file.lines.length);
    });
    return { fitting, reason };
  };
  if (!old.lines.slice(start, end).some(isTelling)) return { reason: 'its lines do not tell a place' };
  let found = places(now, old.lines.slice(start, end), start);
  if (found.fitting.length === 0) {
    return { reason: found.reason === '' ? 'its lines do not stand there unchanged' : found.reason };
  }
  for (let reach = 0; places(old, old.lines.slice(start, end), start).fitting.length > 1; reach++) {
    if (reach > REACH || (start === 0 && end === old.lines.length)) break;
    start = Math.max(0, start - 1);
    end = Math.min(old.lines.length, end + 1);
    found = places(now, old.lines.slice(start, end), start);
  }
  const [at] = found.fitting;
  if (at !== undefined && found.fitting.length === 1) return { delta: at - start };
  const lines = found.fitting.map((n) => n + 1).join(', ');
  const reason = at === undefined ? 'its lines stand several times in the old file' : `its lines stand at ${lines}`;
  return { reason: `${reason}: which place is meant cannot be told`, ambiguous: true };
}

function differing(old: TextFile, pieces: readonly Piece[], now: TextFile, delta: number): string | undefined {
  for (const piece of pieces) {
    const differs = sitesDiffer(old, piece, now, piece.start + delta, true);
    if (differs !== undefined) return differs;
  }
  return undefined;
}

/** The hunks in the lines of the patched file, each taking the change back. */
export function reversed(hunks: readonly OldHunk[], old: TextFile): Pick<OldHunk, 'start' | 'end' | 'pieces'>[] {
  let delta = 0;
  return hunks.map((hunk) => {
    const start = hunk.start + delta;
    const pieces = hunk.pieces.map((piece) => {
      const at = piece.start + delta;
      delta += piece.inserted.length - (piece.end - piece.start);
      return { start: at, end: at + piece.inserted.length, inserted: old.lines.slice(piece.start, piece.end) };
    });
    return { start, end: hunk.end + delta, pieces };
  });
}
