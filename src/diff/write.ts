import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { blobId } from '../checkout/latin1.ts';

/** One file's part of a patch. */
export interface FileDiff {
  readonly path: string;
  readonly text: string;
  readonly hunks: readonly StructuredPatchHunk[];
  readonly insertions: number;
  readonly deletions: number;
}

/** The unified diff of a file, three lines of context, with git's full blob ids. Bytes as latin1. */
export function fileDiff(change: { path: string; before: string; after: string; executable?: boolean }): FileDiff {
  const { path, before, after } = change;
  const { hunks } = structuredPatch(path, path, before, after, undefined, undefined, { context: 3 });
  const mode = change.executable === true ? '100755' : '100644';
  const name = /["\\]|[^\x20-\x7e]/.test(path) ? undefined : path;
  if (name === undefined) throw new Error(`cannot write a patch for the file name ${JSON.stringify(path)}`);
  const lines = [
    `diff --git a/${name} b/${name}`,
    `index ${blobId(before)}..${blobId(after)} ${mode}`,
    `--- a/${name}`,
    `+++ b/${name}`,
  ];
  let insertions = 0;
  let deletions = 0;
  for (const h of hunks) {
    lines.push(`@@ -${range(h.oldStart, h.oldLines)} +${range(h.newStart, h.newLines)} @@`);
    for (const line of h.lines) {
      if (line.startsWith('+')) insertions++;
      else if (line.startsWith('-')) deletions++;
      lines.push(line);
    }
  }
  return { path, text: `${lines.join('\n')}\n`, hunks, insertions, deletions };
}

function range(start: number, count: number): string {
  return count === 1 ? `${start}` : `${start},${count}`;
}

/**
 * Applies hunks strictly: every line must be where the hunk says, no fuzz, no offset.
 * @returns `undefined` when a line differs.
 */
export function applyHunks(text: string, hunks: readonly StructuredPatchHunk[], reverse: boolean): string | undefined {
  const [minus, plus] = reverse ? ['+', '-'] : ['-', '+'];
  const lines = text.split('\n');
  const terminated = text.endsWith('\n');
  if (terminated) lines.pop();
  const out: string[] = [];
  let at = 0;
  let unterminated = false;
  for (const h of hunks) {
    const start = reverse ? h.newStart : h.oldStart;
    const count = reverse ? h.newLines : h.oldLines;
    const from = count === 0 ? start : start - 1;
    while (at < from) out.push(lines[at++] ?? '');
    let previous = '';
    for (const line of h.lines) {
      const mark = line[0] ?? '';
      if (mark === '\\') {
        if (previous === minus && terminated) return undefined;
        if (previous !== minus) unterminated = true;
        continue;
      }
      previous = mark;
      if (mark === ' ' || mark === minus) {
        if (lines[at] !== line.slice(1)) return undefined;
        at++;
      }
      if (mark === ' ' || mark === plus) out.push(line.slice(1));
    }
  }
  const newline = at < lines.length || hunks.length === 0 ? terminated : !unterminated;
  while (at < lines.length) out.push(lines[at++] ?? '');
  return out.join('\n') + (newline && out.length > 0 ? '\n' : '');
}
