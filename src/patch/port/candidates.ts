import { isBlank, type TextFile } from './lines.ts';
import type { Candidate } from './types.ts';

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
