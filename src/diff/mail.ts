import { decodeBytes } from '../system/decode.ts';
import type { ParsedPatch } from './types.ts';

/** The first line of a mail in a mailbox, as `git mailsplit` knows it: the time and the year stand at its end. */
const FROM = /^From (?=.{14}).*\d.\d\d:\d\d\s*0*(?:9[1-9]|[1-9]\d\d+)[^:]*$/;

/** Where each mail of a mailbox begins and ends. A hunk's lines begin with a mark, so none of them is taken for one. */
export function mails(lines: readonly string[]): [number, number][] {
  const starts = lines.flatMap((line, i) => (FROM.test(line) ? [i] : []));
  if (starts[0] !== 0) starts.unshift(0);
  return starts.map((start, i) => [start, starts[i + 1] ?? lines.length]);
}

/** Why the lines of a mail are not those of the patch in it. */
export const ENCODING = /^Content-Transfer-Encoding: *(?:quoted-printable|base64)/im;
const FLOWED = /^Content-Type:[^\n]*(?:\n[ \t][^\n]*)*format="?flowed/im;
const MULTIPART = /^Content-Type: *multipart/im;

/** What stands before a diff. @param lines without line ends. */
export function readMessage(lines: readonly string[]): {
  /** Of a mail, up to its `---`; of a plain diff, without the lines that belong to its first file. */
  readonly message: string;
  readonly isMail: boolean;
  readonly isMultipart: boolean;
  /** It must be decoded first. */
  readonly isEncoded: boolean;
} {
  const text = lines.map((line) => `${line}\n`).join('');
  const isMail = FROM.test(lines[0] ?? '') || (/^From: /m.test(text) && /^Subject: /m.test(text));
  if (!isMail) {
    const message = text.replace(/(?:^(?:Index: .*|=+|diff .*)\n)+(?![\s\S])/m, '');
    return { message, isMail, isMultipart: false, isEncoded: false };
  }
  const header = text.slice(0, Math.max(0, text.indexOf('\n\n')));
  // As `git mailinfo` has it.
  const end = /^(?:---[ \t]*$|diff -|Index: )/m.exec(text)?.index;
  return {
    message: end === undefined ? text : text.slice(0, end),
    isMail,
    isMultipart: MULTIPART.test(header),
    isEncoded: ENCODING.test(header) || FLOWED.test(header),
  };
}

/** A mail's subject without `[PATCH …]`, and its text; of a plain diff, what stands before it. */
export function letterOf({ message, isMail }: ParsedPatch): { readonly subject: string; readonly body: string } {
  const lines = message.split('\n').map(decodeBytes);
  const at = isMail ? lines.findIndex((line) => line.startsWith('Subject:')) : -1;
  const full = lines.filter((line) => line !== '');
  if (at < 0) return { subject: '', body: full.join('\n').trim() };
  let subject = (lines[at] ?? '').slice('Subject:'.length);
  let next = at + 1;
  // A long subject goes on in lines that are indented (RFC 5322, 2.2.3).
  for (; /^[ \t]/.test(lines[next] ?? ''); next++) subject += ` ${(lines[next] ?? '').trim()}`;
  const body = lines.slice(lines.indexOf('', next) + 1).join('\n');
  return { subject: decodeWords(subject.replace(/\[PATCH[^\]]*\]/, '').trim()), body: body.trim() };
}

const WORD = /=\?([^?\s]+)\?([qb])\?([^?\s]*)\?=/gi;

/**
 * A mail's header as text: git writes what is not ASCII in encoded words (RFC 2047), as in `=?UTF-8?q?Gr=C3=BC=C3=9Fe?=`.
 * What cannot be read stays as it is.
 */
export function decodeWords(header: string): string {
  // White space between two encoded words only keeps the lines short (RFC 2047, 6.2); a character may be cut in two there.
  const joined = header.replace(/(=\?[^?\s]+\?[qb]\?[^?\s]*\?=)\s+(?==\?[^?\s]+\?[qb]\?[^?\s]*\?=)/gi, '$1');
  const runs = joined.replace(/\?==\?([^?\s]+)\?q\?/gi, (between, charset: string, at: number) =>
    sameWord(joined.slice(0, at), charset) ? '' : between,
  );
  return runs.replace(WORD, (word, charset: string, encoding: string, text: string) => {
    const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : quoted(text);
    try {
      return new TextDecoder(charset, { ignoreBOM: true }).decode(bytes);
    } catch {
      return word;
    }
  });
}

/** Whether the word that ends here is quoted, in the same character set. */
function sameWord(before: string, charset: string): boolean {
  const [, last, encoding] = /=\?([^?\s]+)\?([qb])\?[^?\s]*$/i.exec(before) ?? [];
  return last?.toLowerCase() === charset.toLowerCase() && encoding?.toLowerCase() === 'q';
}

function quoted(text: string): Buffer {
  const byte = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, 16));
  return Buffer.from(text.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/gi, byte), 'latin1');
}
