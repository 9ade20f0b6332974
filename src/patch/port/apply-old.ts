import { blobId } from '../../checkout/latin1.ts';
import type { FilePatch, PatchHunk } from '../../diff/types.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import { occurrences, standsAt, type TextFile } from './lines.ts';
import type { OldHunk, Piece } from './types.ts';

export type Applied =
  | {
      readonly hunks: readonly OldHunk[];
      /** As LF lines when the file's are CRLF throughout. */
      readonly after: string;
      readonly notes: readonly string[];
    }
  | { readonly problem: Diagnostic };

/**
 * Applies a file's hunks to the file that they were made for: every line must be there, no fuzz. A hunk that stands at
 * another line than it says is taken only where it can stand nowhere else.
 * @param patch for messages: the patch file's name.
 * @param asItIs line ends are not made alike.
 */
export function applyOld(file: TextFile, wanted: FilePatch, patch: string, asItIs = false): Applied {
  const notes: string[] = [];
  const hunks: OldHunk[] = [];
  const exactFile = wanted.oldBlob !== undefined && blobId(file.text).startsWith(wanted.oldBlob);
  const strip =
    !asItIs && !file.crlf && !file.lines.some((line) => line.endsWith('\r\n')) && wanted.hunks.every(allCrlf);
  if (strip && wanted.hunks.length > 0)
    notes.push('the patch has CRLF line ends, the file has not: they were left out');
  const lineEnds = (line: string) => (strip || file.crlf ? line.replace(/\r\n$/, '\n') : line);
  let least = 0;
  for (const hunk of wanted.hunks) {
    const old = hunk.lines.filter((l) => l.mark !== '+').map((l) => lineEnds(l.text));
    const stated = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    if (old.length === 0 && file.lines.length > 0 && !exactFile)
      return {
        problem: {
          code: 'patch/no-context',
          message: 'the hunk inserts lines without any context: nothing says that this is their place',
          place: { file: patch, line: hunk.line },
          hint: 'make the patch again with context: `diff -u` or `git diff` without `-U0`',
        },
      };
    let start = stated;
    if (!fits(file, stated, old, hunk) || stated < least) {
      const others = occurrences(file.lines, old).filter((at) => at >= least && fits(file, at, old, hunk));
      if (others.length !== 1 || others[0] === undefined)
        return { problem: mismatch(file, stated, old, others, hunk, patch) };
      start = others[0];
      notes.push(`hunk at line ${hunk.line}: stands at line ${start + 1} of ${file.path}, not ${stated + 1}`);
    }
    hunks.push({ hunk, start, end: start + old.length, pieces: pieces(hunk, start, lineEnds) });
    least = start + old.length;
  }
  const all = hunks.flatMap((h) => h.pieces);
  return { hunks, after: replaced(file.lines, all).join(''), notes };
}

/** An unterminated last line is only the last one. */
function fits(file: TextFile, at: number, old: readonly string[], hunk: PatchHunk): boolean {
  if (!standsAt(file.lines, at, old)) return false;
  const unterminated = hunk.lines.some((line) => !line.text.endsWith('\n'));
  return !unterminated || at + old.length === file.lines.length;
}

const allCrlf = (hunk: PatchHunk): boolean => hunk.lines.every((line) => line.text.endsWith('\r\n'));

function pieces(hunk: PatchHunk, start: number, lineEnds: (line: string) => string): Piece[] {
  const out: { start: number; end: number; inserted: string[] }[] = [];
  let at = start;
  let open: (typeof out)[number] | undefined;
  for (const { mark, text } of hunk.lines) {
    if (mark === ' ') open = undefined;
    else if (open === undefined) {
      open = { start: at, end: at, inserted: [] };
      out.push(open);
    }
    if (mark !== '+') at++;
    if (mark === '-' && open !== undefined) open.end = at;
    if (mark === '+') open?.inserted.push(lineEnds(text));
  }
  return out;
}

/** Lines with some stretches replaced. The pieces are in order and do not overlap. */
export function replaced(lines: readonly string[], changes: readonly Piece[]): string[] {
  const out: string[] = [];
  let at = 0;
  for (const { start, end, inserted } of changes) {
    out.push(...lines.slice(at, start), ...inserted);
    at = end;
  }
  out.push(...lines.slice(at));
  return out;
}

function mismatch(
  file: TextFile,
  stated: number,
  old: readonly string[],
  others: readonly number[],
  hunk: PatchHunk,
  patch: string,
): Diagnostic {
  let at = 0;
  while (at < old.length && file.lines[stated + at] === old[at]) at++;
  const show = (line: string | undefined) =>
    line === undefined ? 'the end of the file' : JSON.stringify(line.replace(/\r?\n$/, ''));
  return {
    code: 'patch/not-for-this',
    message: `the patch does not apply to what it is said to be made for${others.length > 1 ? ': the hunk could stand at several places' : ''}`,
    place: { file: file.path, line: stated + at + 1 },
    detail: [
      `expected ${show(old[at])}`,
      `found    ${show(file.lines[stated + at])}`,
      ...(others.length > 1 ? [`it could stand at lines ${others.map((n) => n + 1).join(', ')}`] : []),
    ],
    related: [{ place: { file: patch, line: hunk.line }, message: 'the hunk' }],
    hint: '--from must be the tree that the patch was made for, with all patches that come before it',
  };
}
