import { type Diagnostic, UserError } from '../system/diagnostic.ts';
import { type Area, areaOf, strayReason } from './stray-lines.ts';
import type { FilePatch, HunkLine, ParsedPatch, PatchHunk } from './types.ts';
import { fileProblem } from './unsound.ts';

const MAIL = /^From [0-9a-f]{40} /;
const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(?: (.*))?$/;
/** How `diff -N` dates a file that is not there, in any time zone. */
const EPOCH = /\t(?:1969-12-31|1970-01-01) /;

type Draft = { -readonly [K in keyof FilePatch]: FilePatch[K] } & {
  hunks: PatchHunk[];
  /** The names of the `diff --git` line could be read. */
  named: boolean;
};

/**
 * Reads a patch file: `diff -u`, `git diff`, one mail of `git format-patch` or a mailbox of several.
 * @param text the file as latin1.
 * @param name the file's name, for messages.
 * @throws UserError (exit code 2) with the line where it is not a patch.
 */
export function parsePatch(text: string, name: string): ParsedPatch[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const out: ParsedPatch[] = [];
  for (const [from, to] of mails(lines)) out.push(new Reader(lines, from, to, name).read());
  const patches = out.filter((patch) => patch.files.length > 0);
  if (patches.length === 0) throw bad(name, 1, 'this is not a patch: there is no diff in it');
  return patches;
}

/** Where each mail begins and ends; hunks cannot be mistaken for it, as their lines begin with a mark. */
function mails(lines: readonly string[]): [number, number][] {
  const starts = lines.flatMap((line, i) => (MAIL.test(line) ? [i] : []));
  if (starts[0] !== 0) starts.unshift(0);
  return starts.map((start, i) => [start, starts[i + 1] ?? lines.length]);
}

class Reader {
  readonly #lines: readonly string[];
  readonly #from: number;
  readonly #end: number;
  readonly #name: string;

  constructor(lines: readonly string[], from: number, end: number, name: string) {
    this.#lines = lines;
    this.#from = from;
    this.#end = end;
    this.#name = name;
  }

  read(): ParsedPatch {
    const files: FilePatch[] = [];
    let at = this.#from;
    let first: number | undefined;
    let area: Area = 'message';
    while (at < this.#end) {
      if (!this.#startsFile(at)) {
        const line = this.#line(at);
        area = areaOf(line, area);
        const stray = strayReason(line, this.#line(at + 1), area);
        if (stray !== undefined) throw bad(this.#name, at + 1, stray);
        at++;
        continue;
      }
      first ??= at;
      area = 'between';
      const [file, next] = this.#file(at);
      const problem = fileProblem(file);
      if (problem !== undefined) throw bad(this.#name, problem.line ?? at + 1, problem.message, [problem.hint]);
      files.push(file);
      at = next;
    }
    const before = this.#lines.slice(this.#from, first ?? this.#end);
    const text = this.#lines
      .slice(this.#from, this.#end)
      .map((line) => `${line}\n`)
      .join('');
    return { name: this.#name, files, text, ...message(before, this.#name, this.#from) };
  }

  #line(at: number): string {
    return at < this.#end ? (this.#lines[at] ?? '').replace(/\r$/, '') : '';
  }

  #startsFile(at: number): boolean {
    const line = this.#line(at);
    if (line.startsWith('diff --git ')) return true;
    return line.startsWith('--- ') && this.#line(at + 1).startsWith('+++ ') && HUNK.test(this.#line(at + 2));
  }

  #file(start: number): [FilePatch, number] {
    const file: Draft = {
      oldPath: undefined,
      newPath: undefined,
      git: false,
      renamed: false,
      copied: false,
      binary: false,
      crlf: false,
      named: false,
      hunks: [],
      line: start + 1,
    };
    let at = start;
    if (this.#line(at).startsWith('diff --git ')) at = this.#gitHeader(file, at);
    if (this.#line(at).startsWith('--- ') && this.#line(at + 1).startsWith('+++ ')) {
      file.crlf = (this.#lines[at] ?? '').endsWith('\r');
      this.#names(file, at);
      at += 2;
      while (HUNK.test(this.#line(at))) {
        const [hunk, next] = this.#hunk(at);
        file.hunks.push(hunk);
        at = next;
      }
      if (file.hunks.length === 0)
        throw bad(this.#name, at + 1, 'a hunk is missing: expected "@@ -line,count +line,count @@"');
    }
    return [file, at];
  }

  /** The `---` and `+++` lines must say what git's header says. */
  #names(file: Draft, at: number): void {
    const [old, now] = [pathOf(this.#line(at).slice(4)), pathOf(this.#line(at + 1).slice(4))];
    if (old === undefined && now === undefined) throw bad(this.#name, at + 1, 'neither side of the diff has a file');
    if (file.git && file.named && (file.oldPath !== old || file.newPath !== now))
      throw bad(this.#name, at + 1, 'the names differ from those of the "diff --git" line and what follows it');
    file.oldPath = old;
    file.newPath = now;
  }

  #gitHeader(file: Draft, start: number): number {
    file.git = true;
    const names = gitNames(this.#line(start).slice('diff --git '.length));
    [file.oldPath, file.newPath] = names ?? [undefined, undefined];
    file.named = names !== undefined;
    const seen = new Set<string>();
    let at = start + 1;
    for (; at < this.#end; at++) {
      const line = this.#line(at);
      const [, key, value = ''] =
        /^(old mode|new mode|new file mode|deleted file mode|rename from|rename to|copy from|copy to|index|similarity index|dissimilarity index|GIT binary patch|Binary files)\b ?(.*)$/.exec(
          line,
        ) ?? [];
      if (key === undefined) break;
      if (seen.has(key)) throw bad(this.#name, at + 1, `"${key}" stands here twice`);
      seen.add(key);
      if (key === 'old mode') file.oldMode = value;
      else if (key === 'new mode') file.newMode = value;
      else if (key === 'new file mode') {
        file.newMode = value;
        file.oldPath = undefined;
      } else if (key === 'deleted file mode') {
        file.oldMode = value;
        file.newPath = undefined;
      } else if (key === 'rename from' || key === 'copy from') {
        // These are written without a prefix: it is put on, so that all paths look alike.
        file.oldPath = `a/${unquote(value)}`;
        file.renamed = key === 'rename from';
        file.copied = key === 'copy from';
      } else if (key === 'rename to' || key === 'copy to') file.newPath = `b/${unquote(value)}`;
      else if (key === 'index') file.oldBlob = /^([0-9a-f]{7,64})\.\./.exec(value)?.[1];
      else if (key === 'GIT binary patch' || key === 'Binary files') {
        file.binary = true;
        while (at + 1 < this.#end && !this.#startsFile(at + 1) && this.#line(at + 1) !== '-- ') at++;
      }
    }
    const lone = (a: string, b: string) => seen.has(a) !== seen.has(b);
    if (lone('rename from', 'rename to') || lone('copy from', 'copy to') || lone('old mode', 'new mode'))
      throw bad(this.#name, start + 1, 'git\'s header is not whole: "from" and "to", "old" and "new" come in pairs');
    const says = [
      'new mode',
      'new file mode',
      'deleted file mode',
      'rename to',
      'copy to',
      'GIT binary patch',
      'Binary files',
    ];
    if (!says.some((key) => seen.has(key)) && !this.#line(at).startsWith('--- '))
      throw bad(this.#name, start + 1, 'nothing follows that says what changes in this file');
    return at;
  }

  #hunk(start: number): [PatchHunk, number] {
    const m = HUNK.exec(this.#line(start));
    if (m === null) throw new Error('not at a hunk');
    const [oldStart, oldCount, newStart, newCount] = [m[1], m[2] ?? '1', m[3], m[4] ?? '1'].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    const lines: HunkLine[] = [];
    let [old, now] = [oldCount, newCount];
    let at = start + 1;
    for (; old > 0 || now > 0 || (this.#lines[at] ?? '').startsWith('\\'); at++) {
      const line = at < this.#end ? this.#lines[at] : undefined;
      if (line === undefined) throw bad(this.#name, at, 'the patch ends in the middle of a hunk');
      if (line.startsWith('\\')) {
        const last = lines.pop();
        if (last === undefined) throw bad(this.#name, at + 1, 'a hunk cannot begin with this line');
        if (!last.text.endsWith('\n')) throw bad(this.#name, at + 1, 'this line stands twice');
        lines.push({ mark: last.mark, text: last.text.replace(/\n$/, '') });
        continue;
      }
      // Mailers take the space of an empty context line away.
      const mark = line === '' || line === '\r' ? ' ' : line[0];
      if (mark !== ' ' && mark !== '-' && mark !== '+')
        throw bad(this.#name, at + 1, 'this line is not of a hunk: it begins neither with " ", "-" nor "+"');
      if (mark !== '+') old--;
      if (mark !== '-') now--;
      if (old < 0 || now < 0)
        throw bad(this.#name, at + 1, `the hunk has more lines than its header says (line ${start + 1})`);
      lines.push({ mark, text: `${line === '' || line === '\r' ? line : line.slice(1)}\n` });
    }
    for (const side of ['-', '+'] as const) {
      const open = lines
        .filter(({ mark }) => mark === ' ' || mark === side)
        .findIndex(({ text }) => !text.endsWith('\n'));
      if (open >= 0 && open < (side === '-' ? oldCount : newCount) - 1)
        throw bad(this.#name, start + 1, 'a line without a newline at its end is not the last one of its file');
    }
    return [{ oldStart, oldCount, newStart, newCount, lines, line: start + 1, section: (m[5] ?? '').trim() }, at];
  }
}

/** The path of a `---` or `+++` line, `undefined` for a file that is not there. */
function pathOf(text: string): string | undefined {
  if (EPOCH.test(text)) return undefined;
  const path = unquote(text.startsWith('"') ? text : (text.split('\t')[0] ?? '').replace(/ +$/, ''));
  return path === '/dev/null' ? undefined : path;
}

/** git quotes names with unusual bytes as C does. */
function unquote(text: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (quoted === undefined) return text;
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };
  return quoted.replace(/\\([0-7]{3}|.)/g, (_, e: string) =>
    e.length === 3 ? String.fromCharCode(Number.parseInt(e, 8)) : (escapes[e] ?? e),
  );
}

/** The two names of a `diff --git` line: only where they are the same but for the prefix is it clear where the second begins. */
function gitNames(text: string): [string, string] | undefined {
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text);
  if (quoted !== null) return [unquote(quoted[1] ?? ''), unquote(quoted[2] ?? '')];
  const half = (text.length - 1) / 2;
  const [a, b] = [text.slice(0, half), text.slice(half + 1)];
  return text[half] === ' ' && a.replace(/^\w\//, '') === b.replace(/^\w\//, '') ? [a, b] : undefined;
}

/** What stands before the diff; of a mail, up to its `---`. */
function message(lines: readonly string[], name: string, from: number): { message: string; isMail: boolean } {
  const text = lines.map((line) => `${line.replace(/\r$/, '')}\n`).join('');
  const isMail = MAIL.test(text) || (/^From: /m.test(text) && /^Subject: /m.test(text));
  if (isMail) {
    const header = text.slice(0, Math.max(0, text.indexOf('\n\n')));
    if (/^Content-Transfer-Encoding: *(?:quoted-printable|base64)/im.test(header)) {
      throw bad(name, from + 1, 'the mail is encoded: its lines are not those of the patch', [
        'decode it first: `git mailinfo MESSAGE OUT.patch < MAIL`',
      ]);
    }
    const end = text.indexOf('\n---\n');
    return { message: end < 0 ? text : text.slice(0, end + 1), isMail };
  }
  return { message: text.replace(/(?:^(?:Index: .*|=+|diff .*)\n)+(?![\s\S])/m, ''), isMail };
}

function bad(file: string, line: number, message: string, hints: readonly string[] = []): UserError {
  const diagnostic: Diagnostic = {
    code: 'patch/bad-patch',
    message,
    place: { file, line },
    hint: hints[0] ?? 'a patch is what `diff -u`, `git diff` or `git format-patch` writes',
  };
  return new UserError(diagnostic);
}
