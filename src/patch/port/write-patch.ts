import { structuredPatch } from 'diff';
import { blobId } from '../../checkout/latin1.ts';
import type { BaseId, SourceTree } from '../../checkout/types.ts';
import type { ParsedPatch } from '../../diff/types.ts';
import { describeBase } from '../message.ts';

type Mode = '100644' | '100755';

/** A file before and after a patch; a path that is `undefined`: there is no such file then. */
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

/** The unified diff of a file as git writes it, three lines of context: made, removed, renamed and changed files. */
export function writeDiff(t: FileTransition): WrittenDiff {
  const a = quoted(`a/${t.oldPath ?? t.newPath ?? ''}`);
  const b = quoted(`b/${t.newPath ?? t.oldPath ?? ''}`);
  const head = [`diff --git ${a} ${b}`];
  const made = t.oldPath === undefined;
  const removed = t.newPath === undefined;
  if (made) head.push(`new file mode ${t.newMode}`);
  else if (removed) head.push(`deleted file mode ${t.oldMode}`);
  else if (t.oldMode !== t.newMode) head.push(`old mode ${t.oldMode}`, `new mode ${t.newMode}`);
  if (!made && !removed && t.oldPath !== t.newPath) {
    head.push(`rename from ${quoted(t.oldPath ?? '')}`, `rename to ${quoted(t.newPath ?? '')}`);
  }
  if (t.before === t.after && !(made || removed)) return { text: `${head.join('\n')}\n`, insertions: 0, deletions: 0 };
  const none = '0'.repeat(40);
  const mode = made || removed || t.oldMode !== t.newMode ? '' : ` ${t.newMode}`;
  head.push(`index ${made ? none : blobId(t.before)}..${removed ? none : blobId(t.after)}${mode}`);
  if (t.before === t.after) return { text: `${head.join('\n')}\n`, insertions: 0, deletions: 0 };
  head.push(`--- ${made ? '/dev/null' : a}`, `+++ ${removed ? '/dev/null' : b}`);
  let insertions = 0;
  let deletions = 0;
  const { hunks } = structuredPatch('a', 'b', t.before, t.after, undefined, undefined, { context: 3 });
  for (const h of hunks) {
    const range = (start: number, count: number) =>
      count === 0
        ? `${t.before === '' || t.after === '' ? 0 : start},0`
        : count === 1
          ? `${start}`
          : `${start},${count}`;
    head.push(`@@ -${range(h.oldStart, h.oldLines)} +${range(h.newStart, h.newLines)} @@`);
    for (const line of h.lines) {
      if (line.startsWith('+')) insertions++;
      else if (line.startsWith('-')) deletions++;
      head.push(line);
    }
  }
  return { text: `${head.join('\n')}\n`, insertions, deletions };
}

/** A path as git quotes it. */
function quoted(path: string): string {
  if (!/["\\]|[^\x20-\x7e]/.test(path)) return path;
  return `"${path.replace(/["\\]|[^\x20-\x7e]/g, (c) =>
    c === '"' || c === '\\' ? `\\${c}` : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )}"`;
}

/** A tree in one line: its version, and which bytes. */
function treeLine(tree: Pick<SourceTree, 'version' | 'base'>): string {
  const base: BaseId = tree.base;
  const describe = base.kind === 'git' && base.describe !== undefined ? ` (${base.describe})` : '';
  return `Python ${tree.version.text}, ${describeBase(base)}${describe}`;
}

const TRAILER = /^[A-Za-z][A-Za-z0-9-]*: /;

/**
 * What stands before the diff in the ported patch: the old message, author and date of a mail included, with trailers
 * that say where the patch was ported from and to.
 * @param rest how many hunks are left out: a patch that is not whole says so.
 */
export function portedMessage(
  parsed: ParsedPatch,
  from: Pick<SourceTree, 'version' | 'base'>,
  to: Pick<SourceTree, 'version' | 'base'>,
  rest: number,
): string {
  const trailers = [
    `Ported-From: ${treeLine(from)}`,
    `Ported-To: ${treeLine(to)}`,
    ...(rest === 0 ? [] : [`Ported-Partly: ${rest} ${rest === 1 ? 'hunk is' : 'hunks are'} not in this patch`]),
  ].join('\n');
  const text = parsed.message.replace(/\s+$/, '');
  const last = text.slice(text.lastIndexOf('\n\n') + 1).trim();
  const headerOnly = parsed.isMail && !text.includes('\n\n');
  const follows = text !== '' && !headerOnly && last.split('\n').every((l) => TRAILER.test(l) || /^\s/.test(l));
  const gap = text === '' ? '' : follows ? '\n' : '\n\n';
  return `${text}${gap}${trailers}\n${parsed.isMail ? '---\n' : ''}\n`;
}
