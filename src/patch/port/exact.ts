import { isBlank, isTelling, occurrences, type TextFile } from './lines.ts';
import type { Candidate, OldHunk } from './types.ts';
import { sitesDiffer } from './verify-place.ts';

/** A hunk with less context than this is given more from the file that it was made for. */
const CONTEXT = 3;
/** How far the surroundings are drawn in to tell two equal places apart. */
const REACH = 200;

type Found = { readonly delta: number } | { readonly reason: string; readonly ambiguous?: boolean };

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
  const differing = (file: TextFile, delta: number) => {
    for (const piece of hunk.pieces) {
      const differs = sitesDiffer(old, piece, file, piece.start + delta, true);
      if (differs !== undefined) return differs;
    }
    return undefined;
  };
  const places = (file: TextFile, block: readonly string[], from: number) => {
    const at = occurrences(file.lines, block);
    let reason = '';
    const fitting = at.filter((n) => {
      const differs = differing(file, n - from);
      reason ||= differs === undefined ? '' : `line ${n + 1}: ${differs}`;
      return differs === undefined && (!atStart || n === 0) && (!atEnd || n + block.length === file.lines.length);
    });
    return { fitting, reason };
  };
  if (!old.lines.slice(start, end).some(isTelling)) return { reason: 'its lines do not tell a place' };
  let found = places(now, old.lines.slice(start, end), start);
  if (found.fitting.length === 0) return { reason: found.reason || 'its lines do not stand there unchanged' };
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

/** Below this share of equal lines a place is not worth looking at. */
const LEAST = 0.3;

const loose = (line: string) => line.replace(/\s+/g, ' ').trim();

/**
 * The places of a file that look most like a block: for a person to look at, never to place anything.
 * @param block the hunk's old lines.
 */
export function candidatesIn(file: TextFile, block: readonly string[], most = 2): Candidate[] {
  const wanted = block.map(loose).filter((line) => line.length > 2);
  if (wanted.length === 0) return [];
  const lines = file.lines.map(loose);
  const places = new Map<string, number[]>();
  lines.forEach((line, i) => {
    if (line.length > 2) places.set(line, [...(places.get(line) ?? []), i]);
  });
  const starts = new Set<number>();
  wanted.forEach((line, i) => {
    const at = places.get(line) ?? [];
    if (at.length <= 20) for (const place of at) starts.add(Math.max(0, place - i));
  });
  const scored = [...starts].map((start) => {
    const window = new Set(lines.slice(start, start + block.length + 2));
    return { start, similarity: wanted.filter((line) => window.has(line)).length / wanted.length };
  });
  scored.sort((a, b) => b.similarity - a.similarity || a.start - b.start);
  const out: Candidate[] = [];
  for (const { start, similarity } of scored) {
    if (similarity < LEAST || out.length === most) break;
    if (out.some((c) => Math.abs(c.line - 1 - start) < block.length)) continue;
    let line = start;
    while (line < file.lines.length - 1 && isBlank(file.lines[line] ?? '')) line++;
    out.push({ file: file.path, line: line + 1, similarity, text: (file.lines[line] ?? '').trim() });
  }
  return out;
}
