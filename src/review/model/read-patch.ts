import { type Located, namedFiles } from '../../diff/locate.ts';
import { wordsOf } from '../../diff/patch-header.ts';
import { parsePatch } from '../../diff/read.ts';
import type { ParsedPatch } from '../../diff/types.ts';
import { readPatchHeader } from '../../patch/read-header.ts';
import { sha256 } from '../../system/hash.ts';
import type { ReviewPatch } from '../types.ts';
import { reviewFile } from './review-file.ts';

/**
 * The patches in a file, as review has them.
 * @param text as latin1 bytes.
 * @param from the file's name, for messages and as the id of a patch without one; how many leading folders of its paths
 *   are left out, when it is told.
 * @throws UserError (exit code 2) with file and line when it is not a patch, or has lines that are not read.
 */
export function readPatchText(
  text: string,
  from: { readonly file: string; readonly strip?: number | undefined },
): readonly ReviewPatch[] {
  return parsePatch(text, from.file).map((parsed) => reviewOfParsed(parsed, namedFiles(parsed, from.strip)));
}

/** A patch that was read. @param located its files, with the names that they have in the tree. */
export function reviewOfParsed(parsed: ParsedPatch, located: readonly Located[]): ReviewPatch {
  const header = readPatchHeader(parsed);
  const files = located.map((one) => reviewFile(one));
  const lines = parsed.files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  const { subject, why: body, fields } = wordsOf(parsed);
  const file = parsed.name;
  const place = { file, line: parsed.line };
  const name = file.split(/[\\/]/).at(-1) ?? file;
  const why = body
    .split('\n')
    .filter((line) => subject === '' || !FIELD.test(line))
    .join('\n');
  return {
    id: header?.recipe.id ?? name,
    title: subject === '' ? name : subject,
    why: why.trim(),
    params: header?.params ?? {},
    header,
    // Forkwright's own header is told by itself.
    ...(header === undefined && fields.length > 0
      ? { origin: { kind: 'patch', file, line: parsed.line, header: fields } as const }
      : {}),
    file,
    verdict: 'read',
    pythonVersion: header?.pythonVersion,
    base: header?.base,
    sha256: sha256(Buffer.from(parsed.text, 'latin1')),
    files,
    insertions: files.reduce((n, f) => n + f.insertions, 0),
    deletions: files.reduce((n, f) => n + f.deletions, 0),
    buildOptions: header?.configure ?? [],
    edits: [],
    evidence: [],
    problems: [],
    warnings: parsed.isMail && lines.some(({ text }) => text.endsWith('\r\n')) ? [{ ...STRIPS_CR, place }] : [],
  };
}

const STRIPS_CR = { code: 'review/mail-crlf', message: 'lines of it end in CRLF: `git am` wants --keep-cr for that' };

/** Fields of Forkwright's own that end the message: review shows them apart. */
const FIELD = /^(?:Recipe|Recipe-SHA256|Params|Configure|Include|Python|Base|Origin|Forwarded|Upstream-Status): /;
