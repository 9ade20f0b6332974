import type { FilePatch } from './types.ts';

/** Where a line stands that is of no file's diff. */
export type Area = 'message' | 'between' | 'signature' | 'properties';

/** An order of diff without context, or of ed: `3,4c5`. */
const ORDER = /^(?:\d+(?:,\d+)?)?(?:[acdi](?:\d+(?:,\d+)?)?|s\/\.\/\/)\s*$/;
/** What patch(1) obeys after `diff --git`, also when that is lines before (pch.c, intuit_diff_type). */
const EXTENDED = /^(?:(?:old|new|new file|deleted file) mode|(?:rename|copy) (?:from|to)|index) /;
/** It keeps such a name where the diff itself says /dev/null. */
const NAME = /^(?:---|\+\+\+|\*\*\*)[ \t]+\S/;

/** What patch(1) has read since the last hunk, also in the mail before: it takes `@@ -` for a hunk then. */
export type Scan = { after: '' | 'name' | 'diff --git' };

interface Around {
  readonly scan: Scan;
  /** Begins a line that ends a part of a mail: words follow it. */
  readonly boundary: string | undefined;
  /** No diff follows. */
  readonly isLast: boolean;
  /** A plain diff follows, of which a side is /dev/null. */
  readonly lacksName: boolean;
}

/** The area that a line is in, given the one before it. */
function areaOf(line: string, before: Area): Area {
  if (before === 'message') return 'message';
  if (line === '-- ') return 'signature';
  if (line.startsWith('Property changes on: ')) return 'properties';
  if (before === 'properties' && line.startsWith('Index: ')) return 'between';
  return before;
}

/** A line without what patch(1) leaves out before a diff: an indentation, and the `- ` of a mail within a mail (RFC 934). */
const bare = (line: string): string => line.replace(/^[ \tX]+/, '').replace(/^(?:- )+(?=--- )/, '');

/**
 * Why the lines between two files' diffs (or before the first, after the last) may not be passed over: one looks like a
 * part of a diff that is not read here, or patch(1) would take it for one. What is not understood is never left out.
 * @param lines of the whole gap, without line ends.
 * @param from the area of its first line.
 * @returns the index of the line.
 */
export function strayLine(
  lines: readonly string[],
  from: Area,
  { boundary, scan, isLast, lacksName }: Around,
): { readonly at: number; readonly reason: string } | undefined {
  let area = from;
  const bareReason = (at: number, line: string): string | undefined => {
    const shown = bare(line);
    const next = bare(lines[at + 1] ?? '');
    const isObeyed =
      shown.startsWith('diff --git ') ||
      (scan.after !== '' && shown.startsWith('@@ -')) ||
      (scan.after === 'diff --git' && EXTENDED.test(shown)) ||
      (lacksName && NAME.test(shown));
    if (isObeyed)
      return 'patch(1) would take this line for a part of the patch: if it is only words, put `> ` before it';
    const context = shown === line ? undefined : contextDiff(shown, next);
    if (NAME.test(shown) || shown.startsWith('Index:')) scan.after ||= 'name';
    if (context !== undefined || !ORDER.test(shown) || !(scan.after !== '' || /^\d/.test(shown))) return context;
    if (/^[<>] /.test(next)) return 'a diff without context cannot be read: only unified ones can';
    const isForEd = (scan.after !== '' && isLast) || lines.slice(at).some((later) => bare(later) === '.');
    return isForEd ? 'orders for ed cannot be read: only unified diffs can' : undefined;
  };
  for (const [at, line] of lines.entries()) {
    area = boundary !== undefined && line.startsWith(boundary) ? 'message' : areaOf(line, area);
    // Mailers take the space of `-- ` away.
    if (isLast && line === '--' && /^--\n\d+\.\d[^\n]*\s*$/.test(lines.slice(at).join('\n'))) area = 'signature';
    const reason = strayReason(line, lines[at + 1] ?? '', area) ?? bareReason(at, line);
    if (reason !== undefined) return { at, reason };
  }
  return undefined;
}

function strayReason(line: string, next: string, area: Area): string | undefined {
  if (/^@+ ?-/.test(line)) return 'a hunk without its file, or one whose header is not "@@ -line,count +line,count @@"';
  if (/^diff --(?:cc|combined) /.test(line)) return 'the diff of a merge ("diff --cc") cannot be carried';
  if (/^--- \S/.test(line) && /^\+\+\+ \S/.test(next))
    return 'the names of a file, but no hunk after them: expected "@@ -line,count +line,count @@"';
  const context = contextDiff(line, next);
  if (context !== undefined) return context;
  if (/^Only in .+: ./s.test(line)) return 'a file that only one side has is not in the patch (`diff -N` puts it in)';
  if (/^(?:Binary f|F)iles .+ differ$/s.test(line) || line === 'GIT binary patch')
    return 'the patch changes a binary file: there is nothing to compare';
  if (/^(?:old|new|new file|deleted file) mode \d+$/.test(line)) return 'a change of mode without its file';
  if (area === 'between' && /^commit [0-9a-f]{40}/.test(line))
    return 'this is what `git log` writes, the newest commit first: make the patches with `git format-patch`';
  if (area === 'between' && line.trim() !== '' && /^[\s+\-@\\*!<>~]/.test(line))
    return 'this line is of no hunk: the hunk before it has more lines than its header says, or its own header is missing';
  return undefined;
}

function contextDiff(line: string, next: string): string | undefined {
  const isOne =
    (/^\*\*\* \S/.test(line) && /^--- \S/.test(next)) ||
    (/^\*{8}/.test(line) && /^\*\*\* /.test(next)) ||
    /^\*\*\* \d+(?:,\d+)? \*+$/.test(line);
  return isOne ? 'a context diff cannot be read: only unified ones can' : undefined;
}

/** What is wrong with a file's part of a patch. */
export interface FileProblem {
  readonly message: string;
  readonly hint: string;
  readonly line?: number | undefined;
}

/** What is wrong with what a patch says of one file; `undefined` when it is sound. */
export function fileProblem(file: FilePatch): FileProblem | undefined {
  if (file.oldPath === undefined && file.newPath === undefined)
    return { message: 'the names of the file cannot be told', hint: 'make the patch again with `git diff`' };
  const beside = (path: string | undefined) => path?.slice(path.indexOf('/') + 1);
  const [made, gone] = [file.oldPath === undefined, file.newPath === undefined];
  if (!made && !gone) {
    const same = file.oldPath === file.newPath || beside(file.oldPath) === beside(file.newPath);
    if (!file.git || file.renamed || file.copied || same) return undefined;
    const message = 'the patch names two files, and does not say that one is renamed';
    return { message, hint: 'make it again with `git diff -M`' };
  }
  // Not the whole file, or more than one: what else it holds is not known then.
  const mark = made ? '+' : '-';
  const second = file.hunks[1];
  const odds = file.hunks.find((h) => h.lines.some((l) => l.mark !== mark));
  const hint = 'make the patch again: with the whole file, as `diff -N` or `git diff` writes it';
  const what = made ? 'makes' : 'removes';
  if (second !== undefined)
    return { message: `the patch ${what} a file, and has a second hunk for it`, hint, line: second.line };
  if (odds !== undefined)
    return { message: `the patch ${what} a file, but the hunk has lines of the other side`, hint, line: odds.line };
  return undefined;
}
