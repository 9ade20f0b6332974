import { decodeWords } from '../../diff/encoded-words.ts';
import { readPatchHeader } from '../../patch/read-header.ts';
import { UserError } from '../../system/diagnostic.ts';
import { sha256 } from '../../system/hash.ts';
import type { ReviewPatch } from '../types.ts';
import { type Lines, type RawFile, readFileDiff, startsFile } from './read-diff.ts';
import { pathText, reviewFile } from './review-file.ts';

/** The first line of a mail as `git format-patch` writes it. */
const MAIL = /^From [0-9a-f]{40} .*\d{4}\r?$/;

/**
 * The patches in a file: of Forkwright, `git format-patch` (one mail a patch), `git diff` or `diff -u`.
 * @param text as latin1 bytes.
 * @param from the file's name, for messages and as the id of a patch without one.
 * @throws UserError (exit code 2) with file and line when it is not a patch, or torn.
 */
export function readPatchText(text: string, from: { readonly file: string }): readonly ReviewPatch[] {
  const lines: Lines = { file: from.file, all: text.split('\n'), at: 0 };
  const patches: ReviewPatch[] = [];
  let start = 0;
  let head: string[] = [];
  let files: RawFile[] = [];
  const finish = () => {
    if (files.length > 0) patches.push(patchOf(lines.all.slice(start, lines.at).join('\n'), head, files, from.file));
    start = lines.at;
    [head, files] = [[], []];
  };
  while (lines.at < lines.all.length) {
    const line = lines.all[lines.at] ?? '';
    if (MAIL.test(line) && files.length > 0) finish();
    if (startsFile(lines)) files.push(readFileDiff(lines));
    else {
      if (files.length === 0) head.push(line.replace(/\r$/, ''));
      else if (line.startsWith('@@ ')) refuseStray(lines);
      lines.at++;
    }
  }
  finish();
  if (patches.length > 0) return patches;
  throw new UserError({
    code: 'review/no-patch',
    message: text.trim() === '' ? 'the file is empty' : 'there is no unified diff in this file',
    place: { file: from.file },
    hint: 'give a patch that `forkwright generate`, `git format-patch`, `git diff` or `diff -u` wrote',
  });
}

function refuseStray(lines: Lines): never {
  throw new UserError({
    code: 'review/bad-patch',
    message: 'this hunk stands where no file is named, or after lines that belong to nothing',
    place: { file: lines.file, line: lines.at + 1 },
    detail: [(lines.all[lines.at] ?? '').slice(0, 200)],
    hint: 'the counts of the hunk above do not fit: make the patch again',
  });
}

function patchOf(text: string, head: readonly string[], raw: readonly RawFile[], file: string): ReviewPatch {
  const header = readPatchHeader(text);
  const files = raw.map((one) => reviewFile(one));
  const { subject, message } = mailOf(head);
  const name = file.split(/[\\/]/).at(-1) ?? file;
  return {
    id: header?.recipe.id ?? name,
    title: subject === '' ? name : subject,
    why: message,
    params: header?.params ?? {},
    header,
    file,
    verdict: 'read',
    pythonVersion: header?.pythonVersion,
    base: header?.base,
    sha256: sha256(Buffer.from(text, 'latin1')),
    files,
    insertions: files.reduce((n, f) => n + f.insertions, 0),
    deletions: files.reduce((n, f) => n + f.deletions, 0),
    buildOptions: header === undefined ? [] : configureOptions(head),
    edits: [],
    evidence: [],
    problems: [],
    warnings: [],
  };
}

/** Fields of Forkwright's own that end the message: review shows them apart. */
const FIELD = /^(?:Recipe|Recipe-SHA256|Params|Configure|Include|Python|Base|Origin|Forwarded|Upstream-Status): /;

const CONFIGURE = 'Configure: ';

/** What Forkwright's header asks of configure. */
function configureOptions(head: readonly string[]): readonly string[] {
  const line = head.findLast((one) => one.startsWith(CONFIGURE)) ?? CONFIGURE;
  return line
    .slice(CONFIGURE.length)
    .split(' ')
    .filter((option) => option !== '');
}

function mailOf(head: readonly string[]): { readonly subject: string; readonly message: string } {
  const lines = head.map(pathText);
  const at = lines.findIndex((line) => line.startsWith('Subject:'));
  if (at < 0 || !MAIL.test(lines[0] ?? ''))
    return {
      subject: '',
      message: lines
        .filter((l) => l !== '')
        .join('\n')
        .trim(),
    };
  let subject = (lines[at] ?? '').slice('Subject:'.length);
  let next = at + 1;
  // A long subject goes on in lines that are indented (RFC 5322, 2.2.3).
  for (; /^[ \t]/.test(lines[next] ?? ''); next++) subject += ` ${(lines[next] ?? '').trim()}`;
  const body = lines.slice(lines.indexOf('', next) + 1);
  const end = body.lastIndexOf('---');
  const message = (end < 0 ? body : body.slice(0, end)).filter((line) => !FIELD.test(line));
  return { subject: decodeWords(subject.replace(/\[PATCH[^\]]*\]/, '').trim()), message: message.join('\n').trim() };
}
