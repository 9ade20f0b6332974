import { diffLines, structuredPatch } from 'diff';
import { blobId } from '../checkout/latin1.ts';
import type { Located } from './locate.ts';
import { quotePath } from './paths.ts';
import type { HunkRange, PatchHunk } from './types.ts';

export type Mode = '100644' | '100755';

/** A file before and after a patch, bytes as latin1; a path that is `undefined`: there is no such file then. */
export interface FileTransition {
  readonly oldPath: string | undefined;
  readonly newPath: string | undefined;
  readonly before: string;
  readonly after: string;
  readonly oldMode: Mode;
  readonly newMode: Mode;
}

export interface WrittenDiff {
  readonly text: string;
  readonly insertions: number;
  readonly deletions: number;
}

/** `@@ -1,3 +1 @@`, as unified diffs begin a hunk. */
export function hunkHead({ oldStart, oldLines, newStart, newLines }: HunkRange): string {
  const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`);
  return `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`;
}

/** The unified diff of a file as git writes it, three lines of context: made, removed, renamed and changed files. */
export function writeDiff(t: FileTransition): WrittenDiff {
  const a = quotePath(`a/${t.oldPath ?? t.newPath ?? ''}`);
  const b = quotePath(`b/${t.newPath ?? t.oldPath ?? ''}`);
  const lines = [`diff --git ${a} ${b}`];
  const made = t.oldPath === undefined;
  const removed = t.newPath === undefined;
  const sameMode = t.oldMode === t.newMode;
  if (made) lines.push(`new file mode ${t.newMode}`);
  else if (removed) lines.push(`deleted file mode ${t.oldMode}`);
  else if (!sameMode) lines.push(`old mode ${t.oldMode}`, `new mode ${t.newMode}`);
  if (!made && !removed && t.oldPath !== t.newPath) {
    lines.push(`rename from ${quotePath(t.oldPath)}`, `rename to ${quotePath(t.newPath)}`);
  }
  if (t.before !== t.after || made || removed) {
    const none = '0'.repeat(40);
    const mode = made || removed || !sameMode ? '' : ` ${t.newMode}`;
    lines.push(`index ${made ? none : blobId(t.before)}..${removed ? none : blobId(t.after)}${mode}`);
  }
  let [insertions, deletions] = [0, 0];
  if (t.before !== t.after) {
    lines.push(`--- ${made ? '/dev/null' : a}`, `+++ ${removed ? '/dev/null' : b}`);
    const { hunks } = structuredPatch('a', 'b', t.before, t.after, undefined, undefined, { context: 3 });
    for (const hunk of hunks) {
      // With context, only an empty file has a side without lines; the library counts from 1 there, too.
      const start = (from: number, count: number) => (count === 0 ? 0 : from);
      const [oldStart, newStart] = [start(hunk.oldStart, hunk.oldLines), start(hunk.newStart, hunk.newLines)];
      lines.push(hunkHead({ ...hunk, oldStart, newStart }));
      for (const line of hunk.lines) {
        if (line.startsWith('+')) insertions++;
        else if (line.startsWith('-')) deletions++;
        lines.push(line);
      }
    }
  }
  return { text: `${lines.join('\n')}\n`, insertions, deletions };
}

/** The stretches of whole lines in which two texts differ, by the offsets of the first. */
export function changedRanges(
  before: string,
  after: string,
): readonly { readonly start: number; readonly end: number; readonly replacement: string }[] {
  let at = 0;
  const out: { start: number; end: number; replacement: string }[] = [];
  for (const { value, added, removed } of diffLines(before, after)) {
    if (!added && !removed) {
      at += value.length;
      continue;
    }
    const last = out.at(-1);
    const range = last !== undefined && last.end === at ? last : { start: at, end: at, replacement: '' };
    if (range !== last) out.push(range);
    if (added) range.replacement += value;
    else {
      at += value.length;
      range.end = at;
    }
  }
  return out;
}

/** A hunk's lines as they stand in its patch. */
export function hunkLines(hunk: PatchHunk): string[] {
  const lines = hunk.lines.flatMap(({ mark, text }) =>
    text.endsWith('\n') ? [mark + text.slice(0, -1)] : [mark + text, '\\ No newline at end of file'],
  );
  return [`${hunkHead(hunk)}${hunk.section === '' ? '' : ` ${hunk.section}`}`, ...lines];
}

/** A file's hunks in their old form, under the names that it has in the tree. @param hunks some of them. */
export function filePatchText({ patch, old, now }: Located, hunks: readonly PatchHunk[] = patch.hunks): string {
  const [a, b] = [quotePath(`a/${old ?? now}`), quotePath(`b/${now ?? old}`)];
  const lines: string[] = [];
  if (patch.git || patch.oldMode !== undefined || patch.newMode !== undefined) {
    lines.push(`diff --git ${a} ${b}`);
    const how = patch.copied ? 'copy' : patch.renamed ? 'rename' : undefined;
    if (how !== undefined) lines.push(`${how} from ${quotePath(old ?? '')}`, `${how} to ${quotePath(now ?? '')}`);
    if (old === undefined) lines.push(`new file mode ${patch.newMode ?? '100644'}`);
    else if (now === undefined) lines.push(`deleted file mode ${patch.oldMode ?? '100644'}`);
    else if (patch.newMode !== undefined && patch.oldMode !== undefined)
      lines.push(`old mode ${patch.oldMode}`, `new mode ${patch.newMode}`);
  }
  if (hunks.length > 0)
    lines.push(`--- ${old === undefined ? '/dev/null' : a}`, `+++ ${now === undefined ? '/dev/null' : b}`);
  return `${[...lines, ...hunks.flatMap(hunkLines)].join('\n')}\n`;
}
