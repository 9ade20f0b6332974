import { UserError } from '../system/diagnostic.ts';
import { MailParts, mails, readMessage } from './mail.ts';
import { gitNames, namedIn, unquotePath } from './paths.ts';
import { orderProblem } from './positions.ts';
import { type Area, fileProblem, type Scan, strayLine } from './stray-lines.ts';
import type { FilePatch, HunkLine, ParsedPatch, PatchHunk } from './types.ts';

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(?: (.*))?$/s;
/** A line of a binary patch: its length, and five characters for four bytes (git's base85). */
const BASE85 = /^[A-Za-z](?:[0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]{5})+$/;

type Draft = { -readonly [K in keyof FilePatch]: FilePatch[K] } & {
  hunks: PatchHunk[];
  /** The names of the `diff --git` line could be read. */
  named: boolean;
};

/** The file that a mail is of. `unfinished`: its last line has no line break. */
type Whole = { readonly name: string; readonly unfinished: boolean; readonly scan: Scan };

/**
 * The one reader of patches: `diff -u`, `git diff`, one mail of `git format-patch` or a mailbox of several. Every line is
 * of a file's diff, or text that neither git nor patch(1) would take for a part of one.
 * @param text the file as latin1.
 * @param name the file's name, for messages.
 * @throws UserError (exit code 2) with the line that is not read, and why.
 */
export function parsePatch(text: string, name: string): ParsedPatch[] {
  const bad = badIn(name);
  const lines = text.split('\n');
  const unfinished = lines.at(-1) !== '';
  if (!unfinished) lines.pop();
  const whole: Whole = { name, unfinished, scan: { after: '' } };
  const patches = mails(lines)
    .map(([from, to]) => readOne(lines, from, to, whole))
    .filter((patch) => patch.files.length > 0);
  const files = patches.flatMap((patch) => patch.files);
  const torn = files.find((file, i) => !file.git && files[i - 1]?.git && files[i - 1]?.hunks.length === 0);
  if (torn !== undefined)
    throw bad(
      torn.line,
      'git and patch(1) do not agree on this: the header of git before it has no hunks, and patch(1) takes these for them',
      'make the patch again with `git diff`',
    );
  if (patches.length > 0) return patches;
  throw bad(1, text.trim() === '' ? 'the file is empty' : 'this is not a patch: there is no diff in it');
}

/** Reads one mail, or a plain diff: the lines `from` to `end` of a file. */
function readOne(all: readonly string[], from: number, end: number, { name, unfinished, scan }: Whole): ParsedPatch {
  const bad = badIn(name);

  const fileAfter = (from: number): number => {
    let at = from;
    while (at < end && !startsFile(at)) at++;
    return at;
  };

  const span = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => lineAt(from + i));

  const parts = new MailParts();
  const encoded = (at: number): UserError => {
    const hint = 'decode it first: `git mailinfo MESSAGE OUT.patch < MAIL`';
    return bad(at + 1, 'the mail is encoded, or in parts: its lines are not those of the patch that git takes', hint);
  };

  const refuseStray = (from: number, to: number, area: Area): void => {
    const lines = span(from, to);
    const coded = parts.problem(lines, to < end);
    if (coded !== undefined) throw encoded(from + coded);
    const stray = strayLine(lines, area, {
      boundary: parts.boundary,
      scan,
      isLast: to === end,
      lacksName: lineAt(to).startsWith('--- ') && [to, to + 1].some((at) => namedIn(lineAt(at)).path === '/dev/null'),
    });
    if (stray !== undefined) throw bad(from + stray.at + 1, stray.reason);
  };

  const lineAt = (at: number) => (at < end ? (all[at] ?? '').replace(/\r$/, '') : '');

  const startsFile = (at: number): boolean => {
    const line = lineAt(at);
    if (line.startsWith('diff --git ')) return true;
    // With a second blank, `git mailinfo` takes it for a line of the message.
    return /^--- \S/.test(line) && lineAt(at + 1).startsWith('+++ ') && HUNK.test(lineAt(at + 2));
  };

  const readFile = (start: number): [FilePatch, number] => {
    const nothing = { git: false, renamed: false, copied: false, binary: false, crlf: false, named: false };
    const file: Draft = { oldPath: undefined, newPath: undefined, ...nothing, hunks: [], line: start + 1 };
    let at = start;
    if (lineAt(at).startsWith('diff --git ')) at = readGitHeader(file, at);
    if (lineAt(at).startsWith('--- ') && lineAt(at + 1).startsWith('+++ ')) {
      file.crlf = (all[at] ?? '').endsWith('\r');
      file.namesLine = at + 1;
      checkNames(file, at);
      at += 2;
      while (HUNK.test(lineAt(at))) {
        const [hunk, next] = readHunk(at);
        file.hunks.push(hunk);
        at = next;
      }
      if (file.hunks.length === 0) throw bad(at + 1, 'a hunk is missing: expected "@@ -line,count +line,count @@"');
    }
    return [file, at];
  };

  /** The `---` and `+++` lines must say what git's header says. */
  const checkNames = (file: Draft, at: number): void => {
    const sides = [namedIn(lineAt(at)), namedIn(lineAt(at + 1))];
    const [old, now] = sides.map(({ path, isThere }) => (isThere ? path : undefined));
    file.absent = sides.find(({ path, isThere }) => !isThere && path !== '/dev/null')?.path;
    if (sides.some(({ isUnclear }) => isUnclear))
      throw bad(at + 1, 'a time of 1970 without its zone: for patch(1) the file is not there, for git it is');
    if (old === undefined && now === undefined) throw bad(at + 1, 'neither side of the diff has a file');
    // "rename from" has no prefix, and that of these lines may be another, or none.
    const says = (path: string | undefined, header: string | undefined) =>
      path === header ||
      ((file.renamed || file.copied) &&
        header !== undefined &&
        [path, path?.slice(path.indexOf('/') + 1)].includes(header.slice(2)));
    if (file.git && file.named && !(says(old, file.oldPath) && says(now, file.newPath)))
      throw bad(at + 1, 'the names differ from those of the "diff --git" line and what follows it');
    file.oldPath = old;
    file.newPath = now;
  };

  const readGitHeader = (file: Draft, start: number): number => {
    file.git = true;
    const names = gitNames(lineAt(start).slice('diff --git '.length));
    [file.oldPath, file.newPath] = names ?? [undefined, undefined];
    file.named = names !== undefined;
    const seen = new Set<string>();
    let at = start + 1;
    for (; at < end; at++) {
      const line = lineAt(at);
      const [, key, value = ''] =
        /^(old mode|new mode|new file mode|deleted file mode|rename from|rename to|copy from|copy to|index|similarity index|dissimilarity index|GIT binary patch|Binary files)\b ?(.*)$/s.exec(
          line,
        ) ?? [];
      if (key === undefined) break;
      if (seen.has(key)) throw bad(at + 1, `"${key}" stands here twice`);
      seen.add(key);
      if (key === 'old mode') file.oldMode = value;
      else if (key === 'new mode') file.newMode = value;
      else if (key === 'new file mode') [file.newMode, file.oldPath] = [value, undefined];
      else if (key === 'deleted file mode') [file.oldMode, file.newPath] = [value, undefined];
      else if (key === 'rename from' || key === 'copy from') {
        // These are written without a prefix: it is put on, so that all paths look alike.
        file.oldPath = `a/${unquotePath(value)}`;
        file.renamed = key === 'rename from';
        file.copied = key === 'copy from';
      } else if (key === 'rename to' || key === 'copy to') file.newPath = `b/${unquotePath(value)}`;
      else if (key === 'index') file.oldBlob = /^([0-9a-f]{7,64})\.\./.exec(value)?.[1];
      else if (key === 'GIT binary patch' || key === 'Binary files') {
        file.binary = true;
        at = key === 'Binary files' ? at + 1 : afterBinary(at + 1);
        break;
      }
    }
    const lone = (a: string, b: string) => seen.has(a) !== seen.has(b);
    if (lone('rename from', 'rename to') || lone('copy from', 'copy to') || lone('old mode', 'new mode'))
      throw bad(start + 1, 'git\'s header is not whole: "from" and "to", "old" and "new" come in pairs');
    const idle = ['old mode', 'rename from', 'copy from', 'index', 'similarity index', 'dissimilarity index'];
    if ([...seen].every((key) => idle.includes(key)) && !lineAt(at).startsWith('--- '))
      throw bad(start + 1, 'nothing follows that says what changes in this file');
    return at;
  };

  /** The one or two blocks of a binary patch, which are not shown: each ends with an empty line (git-diff(1), --binary). */
  const afterBinary = (start: number): number => {
    let at = start;
    for (let blocks = 0; blocks < 2; blocks++) {
      if (!/^(?:literal|delta) \d+$/.test(lineAt(at))) {
        if (blocks === 0) throw bad(at + 1, 'a binary patch begins otherwise: expected "literal" or "delta"');
        break;
      }
      at++;
      while (at < end && BASE85.test(lineAt(at))) at++;
      if (lineAt(at) !== '') throw bad(at + 1, 'this line is of no binary patch');
      at = Math.min(at + 1, end);
    }
    return at;
  };

  const readHunk = (start: number): [PatchHunk, number] => {
    const m = HUNK.exec(lineAt(start));
    if (m === null) throw new Error('not at a hunk');
    const [oldStart = 0, oldLines = 0, newStart = 0, newLines = 0] = [m[1], m[2] ?? '1', m[3], m[4] ?? '1'].map(Number);
    const lines: HunkLine[] = [];
    let [old, now] = [oldLines, newLines];
    let at = start + 1;
    for (; old > 0 || now > 0 || (all[at] ?? '').startsWith('\\'); at++) {
      const line = at < end ? all[at] : undefined;
      if (line === undefined) throw bad(at, 'the patch ends in the middle of a hunk');
      if (line.startsWith('\\')) {
        if (!/^\\ .{10}/.test(line)) throw bad(at + 1, 'expected "\\ No newline at end of file"');
        const last = lines.pop();
        if (last === undefined) throw bad(at + 1, 'a hunk cannot begin with this line');
        if (!last.text.endsWith('\n')) throw bad(at + 1, 'this line stands twice');
        lines.push({ mark: last.mark, text: last.text.replace(/\n$/, '') });
        continue;
      }
      // Mailers take the space of an empty context line away.
      const mark = line === '' || line === '\r' ? ' ' : line[0];
      if (mark !== ' ' && mark !== '-' && mark !== '+')
        throw bad(at + 1, 'this line is not of a hunk: it begins neither with " ", "-" nor "+"');
      if (mark !== '+') old--;
      if (mark !== '-') now--;
      if (old < 0 || now < 0) throw bad(at + 1, `the hunk has more lines than its header says (line ${start + 1})`);
      lines.push({ mark, text: `${line === '' || line === '\r' ? line : line.slice(1)}\n` });
    }
    if (unfinished && at === all.length)
      throw bad(
        at,
        'the patch ends in the middle of a line: git and patch(1) do not agree on what that means',
        'if it is whole, add the line break: `echo >> FILE`',
      );
    for (const side of ['-', '+'] as const) {
      const own = lines.filter(({ mark }) => mark === ' ' || mark === side);
      const open = own.findIndex(({ text }) => !text.endsWith('\n'));
      if (open >= 0 && open < (side === '-' ? oldLines : newLines) - 1)
        throw bad(start + 1, 'a line without a newline at its end is not the last one of its file');
    }
    return [{ oldStart, oldLines, newStart, newLines, lines, line: start + 1, section: (m[5] ?? '').trim() }, at];
  };

  const files: FilePatch[] = [];
  const first = fileAfter(from);
  const before = readMessage(span(from, first));
  refuseStray(from, first, 'message');
  for (let at = first; at < end; ) {
    const [file, next] = readFile(at);
    const problem = fileProblem(file) ?? orderProblem(file);
    if (problem !== undefined) throw bad(problem.line ?? at + 1, problem.message, problem.hint);
    files.push(file);
    const { boundary } = parts;
    const torn = boundary === undefined ? -1 : span(at, next).findIndex((line) => line.startsWith(boundary));
    if (torn >= 0) throw encoded(at + torn);
    at = fileAfter(next);
    scan.after = file.hunks.length === 0 ? 'diff --git' : '';
    refuseStray(next, at, 'between');
  }
  const text = all.slice(from, end).join('\n');
  const { message, isMail } = before;
  return { name: name, line: from + 1, message, isMail, text: `${text}\n`, files };
}

/** What is refused, of a patch file: at which line, and why. */
const badIn =
  (file: string) =>
  (line: number, message: string, hint = 'a patch is what `diff -u`, `git diff` or `git format-patch` writes') =>
    new UserError({ code: 'patch/bad-patch', message, place: { file, line }, hint });
