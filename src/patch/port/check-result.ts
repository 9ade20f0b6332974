import { findConditionals } from '../../c/conditionals.ts';
import { cParser } from '../../c/parser.ts';
import { CSource } from '../../c/source.ts';
import { openView } from '../../c/view.ts';
import { parsePatch } from '../../diff/read.ts';
import type { FilePatch } from '../../diff/types.ts';
import { applyOld } from './apply-old.ts';
import { textFile } from './lines.ts';
import type { FileTransition } from './write-patch.ts';

/**
 * Reads a written diff back and applies it as strictly as can be, forward and backward.
 * @throws Error when it does not give the bytes that it was made from: a bug.
 */
export function checkDiff(text: string, t: FileTransition): void {
  const [file] = parsePatch(text, 'the ported patch')[0]?.files ?? [];
  if (file === undefined) throw new Error('the ported patch cannot be read');
  if (file.hunks.length === 0) return;
  const path = t.newPath ?? t.oldPath ?? '';
  if (applied(file, path, t.before) !== t.after) throw new Error(`the ported patch of ${path} does not apply`);
  if (applied(turned(file), path, t.after) !== t.before)
    throw new Error(`the ported patch of ${path} does not reverse`);
}

function applied(file: FilePatch, path: string, text: string): string | undefined {
  const raw = { ...textFile(path, text), crlf: false, text, lines: text.match(/[^\n]*\n|[^\n]+$/g) ?? [] };
  const result = applyOld(raw, { ...file, oldBlob: undefined }, 'the ported patch', true);
  return 'problem' in result || result.notes.length > 0 ? undefined : result.after;
}

function turned(file: FilePatch): FilePatch {
  const marks = { '+': '-', '-': '+', ' ': ' ' } as const;
  return {
    ...file,
    hunks: file.hunks.map((h) => ({
      ...h,
      oldStart: h.newStart,
      oldCount: h.newCount,
      newStart: h.oldStart,
      newCount: h.oldCount,
      lines: h.lines.map(({ mark, text }) => ({ mark: marks[mark], text })),
    })),
  };
}

/** What a C file has of what the grammar cannot read, and of `#if`s without a partner. */
export async function defects(path: string, text: string): Promise<number> {
  const source = new CSource(path, text);
  const view = openView(await cParser(), source, { start: 0, end: text.length }, new Map());
  const count = view.errors.length;
  view.tree.delete();
  return count + 1000 * findConditionals(text).unbalanced.length;
}
