import { UserError } from '../../system/diagnostic.ts';
import { bothPaths, plainSides, sidePath, unquotePath } from './git-path.ts';

/** A line of a hunk: its sign, its bytes as latin1 without line end. */
export interface RawLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  readonly eol: '\n' | '\r\n' | '';
}

export interface RawHunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly section: string;
  readonly lines: readonly RawLine[];
}

/** One file's part of a diff; paths as latin1. */
export interface RawFile {
  readonly old?: string | undefined;
  readonly now?: string | undefined;
  readonly copied: boolean;
  readonly mode?: string | undefined;
  readonly binary: boolean;
  readonly hunks: readonly RawHunk[];
}

/** The lines of a patch file, and how far they are read. */
export interface Lines {
  readonly file: string;
  readonly all: readonly string[];
  at: number;
}

const plain = (line: string): string => line.replace(/\r$/, '');

/** Whether a file's part begins at a line: git's, or the two lines of a plain unified diff. */
export function startsFile({ all, at }: Lines): boolean {
  const line = all[at] ?? '';
  if (line.startsWith('diff --git ')) return true;
  return line.startsWith('--- ') && (all[at + 1] ?? '').startsWith('+++ ') && (all[at + 2] ?? '').startsWith('@@ -');
}

/** Reads one file's part, up to the next one's or whatever else follows. @throws UserError with the line that is wrong. */
export function readFileDiff(lines: Lines): RawFile {
  const { all } = lines;
  const facts: Record<string, string> = {};
  let binary = false;
  const first = plain(all[lines.at] ?? '');
  if (first.startsWith('diff --git ')) {
    lines.at++;
    for (; lines.at < all.length; lines.at++) {
      const line = plain(all[lines.at] ?? '');
      const fact =
        /^(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to) (.*)$/s.exec(
          line,
        );
      if (fact !== null) facts[fact[1] ?? ''] = fact[2] ?? '';
      else if (/^(?:Binary files .* differ|GIT binary patch)$/s.test(line)) binary = true;
      else if (!/^(?:index |similarity index |dissimilarity index )/.test(line)) break;
    }
    if (binary) skipBinary(lines);
  }
  const sides: { old?: string | undefined; now?: string | undefined } = {};
  if ((all[lines.at] ?? '').startsWith('--- ') && (all[lines.at + 1] ?? '').startsWith('+++ ')) {
    const [old, now] = [plain(all[lines.at] ?? '').slice(4), plain(all[lines.at + 1] ?? '').slice(4)];
    // Only git writes renames: what `diff -u` names twice is one file in two places.
    Object.assign(
      sides,
      first.startsWith('diff --git ') ? { old: sidePath(old), now: sidePath(now) } : plainSides(old, now),
    );
    lines.at += 2;
  } else {
    const both = bothPaths(first.slice('diff --git '.length));
    const from = facts['rename from'] ?? facts['copy from'];
    const to = facts['rename to'] ?? facts['copy to'];
    sides.old = 'new file mode' in facts ? undefined : from === undefined ? both?.old : unquotePath(from);
    sides.now = 'deleted file mode' in facts ? undefined : to === undefined ? both?.now : unquotePath(to);
  }
  if (sides.old === undefined && sides.now === undefined)
    throw broken(lines, 'no file is named here', 'make the patch again with `git format-patch` or `diff -u`');
  const hunks: RawHunk[] = [];
  while ((all[lines.at] ?? '').startsWith('@@')) hunks.push(readHunk(lines));
  const [before, after] = [facts['old mode'], facts['new mode']];
  const mode = before !== undefined && after !== undefined ? `${before} → ${after}` : undefined;
  return { ...sides, copied: 'copy to' in facts, mode, binary, hunks };
}

/** The lines of a binary patch are not shown: two blocks, an empty line after each (git-diff(1), --binary). */
function skipBinary(lines: Lines): void {
  while (/^(?:literal \d+|delta \d+|[A-Za-z][!-~]+)?\r?$/.test(lines.all[lines.at] ?? 'x y')) {
    if (startsFile(lines) || lines.at >= lines.all.length) return;
    lines.at++;
  }
}

function readHunk(lines: Lines): RawHunk {
  const { all } = lines;
  const head = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(?: (.*?))?\r?$/s.exec(all[lines.at] ?? '');
  if (head === null)
    throw broken(
      lines,
      'this hunk cannot be read',
      'combined diffs (of merges) are not for review: use `git diff A B`',
    );
  const number = (i: number) => Number(head[i] ?? 1);
  const [oldStart, oldLines, newStart, newLines] = [number(1), number(2), number(3), number(4)];
  const start = lines.at++;
  const out: RawLine[] = [];
  let [old, now] = [oldLines, newLines];
  for (; old > 0 || now > 0 || (all[lines.at] ?? '').startsWith('\\'); lines.at++) {
    const line = all[lines.at];
    if (line === undefined || (line === '' && lines.at === all.length - 1))
      throw broken(
        { ...lines, at: start },
        'this hunk ends before all its lines have come',
        'the patch was cut off: get it whole',
      );
    if (line.startsWith('\\')) {
      const last = out.pop();
      if (last !== undefined) out.push({ ...last, text: last.eol === '\r\n' ? `${last.text}\r` : last.text, eol: '' });
      continue;
    }
    // Mail programs cut the space of an empty context line.
    const sign = line === '' || line === '\r' ? ' ' : line[0];
    if (sign !== ' ' && sign !== '-' && sign !== '+')
      throw broken(
        lines,
        'this line belongs to no hunk: it starts with neither space, + nor −',
        'the counts of the hunk above do not fit: make the patch again',
      );
    if (sign !== '+') old--;
    if (sign !== '-') now--;
    if (old < 0 || now < 0)
      throw broken(lines, 'the hunk has more lines than its head says', 'it was edited by hand: make the patch again');
    const text = line === '' ? '' : line === '\r' ? '\r' : line.slice(1);
    out.push(text.endsWith('\r') ? { sign, text: text.slice(0, -1), eol: '\r\n' } : { sign, text, eol: '\n' });
  }
  return { oldStart, oldLines, newStart, newLines, section: head[5] ?? '', lines: out };
}

function broken(lines: Lines, message: string, hint: string): UserError {
  return new UserError({
    code: 'review/bad-patch',
    message,
    place: { file: lines.file, line: Math.min(lines.at + 1, lines.all.length) },
    detail: [(lines.all[lines.at] ?? '').slice(0, 200)],
    hint,
  });
}
