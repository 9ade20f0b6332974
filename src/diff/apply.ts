import { parsePatch } from './read.ts';
import type { PatchHunk } from './types.ts';
import type { FileTransition } from './write.ts';

/** A text as lines with their line breaks; only the last may have none. */
export const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Applies hunks strictly: every line must be where the hunk says, no fuzz, no offset; `undefined` when one differs. */
export function applyHunks(text: string, hunks: readonly PatchHunk[], reverse = false): string | undefined {
  const [minus, plus] = reverse ? ['+', '-'] : ['-', '+'];
  const lines = splitLines(text);
  const out: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const [start, count] = reverse ? [hunk.newStart, hunk.newLines] : [hunk.oldStart, hunk.oldLines];
    const from = count === 0 ? start : start - 1;
    if (from < at || from > lines.length) return undefined;
    while (at < from) out.push(lines[at++] ?? '');
    for (const { mark, text: line } of hunk.lines) {
      if (mark !== plus && lines[at++] !== line) return undefined;
      if (mark !== minus) out.push(line);
    }
  }
  while (at < lines.length) out.push(lines[at++] ?? '');
  return out.join('');
}

/**
 * Reads a written diff back and applies it, forward and backward.
 * @throws Error when it does not give the bytes that it was made from: a bug.
 */
export function checkDiff(text: string, { oldPath, newPath, before, after }: FileTransition): void {
  const [file] = parsePatch(text, 'the written patch').flatMap(({ files }) => files);
  if (file === undefined) throw new Error('the written patch cannot be read');
  const path = newPath ?? oldPath;
  if (applyHunks(before, file.hunks) !== after) throw new Error(`the written patch of ${path} does not apply`);
  if (applyHunks(after, file.hunks, true) !== before) throw new Error(`the written patch of ${path} does not reverse`);
}
