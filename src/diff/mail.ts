import { decodeBytes } from '../system/decode.ts';
import type { ParsedPatch } from './types.ts';

/** The first line of a mail in a mailbox, as `git mailsplit` knows it: the time and the year stand at its end. */
const FROM = /^From (?=.{14}).*\d.\d\d:\d\d\s*\+?0*(?:9[1-9]|[1-9]\d\d+)[^:]*:?$/s;

/** Where each mail of a mailbox begins and ends. A hunk's lines begin with a mark, so none of them is taken for one. */
export function mails(lines: readonly string[]): [number, number][] {
  const starts = lines.flatMap((line, i) => (FROM.test(line) ? [i] : []));
  if (starts[0] !== 0) starts.unshift(0);
  return starts.map((start, i) => [start, starts[i + 1] ?? lines.length]);
}

/** A field, maybe folded, for which `git mailinfo` takes other lines than these. Anywhere: what is a header is not sure. */
const ENCODING =
  /^Content-(?:Transfer-Encoding:(?:[^\n]|\n[ \t])*?(?:quoted-printable|base64|=\?)|Type:(?:[^\n]|\n[ \t])*?(?:format="?flowed|=\?))/im;
/** What parts the parts of a mail: git looks for this word, whatever the type is. */
const BOUNDARY = /^Content-Type:(?:[^\n]|\n[ \t])*?boundary=(?:"([^"\n]*)"|([^; \t\n]*))/gim;

/** Follows what `git mailinfo` makes of a mail's lines: it decodes some, and leaves out what is in no part. */
export class MailParts {
  boundary: string | undefined;
  private isOpen = true;

  /**
   * @param lines between two diffs, before the first or after the last.
   * @param isFollowed a diff begins after them.
   * @returns the index of the line for which git would not take the diff as it is here.
   */
  problem(lines: readonly string[], isFollowed: boolean): number | undefined {
    const text = lines.join('\n');
    const lineOf = (index: number) => text.slice(0, index).split('\n').length - 1;
    const coded = ENCODING.exec(text)?.index;
    if (coded !== undefined) return lineOf(coded);
    let headers = -1;
    for (const found of text.matchAll(BOUNDARY)) {
      if (this.boundary !== undefined) return lineOf(found.index);
      this.boundary = `--${found[1] ?? found[2]}`;
      this.isOpen = false;
      headers = lines.indexOf('', lineOf(found.index));
    }
    const { boundary } = this;
    if (boundary === undefined) return undefined;
    const last = lines.findLastIndex((line) => line.startsWith(boundary));
    // git takes away the first line after a part's headers, which is to be an empty one.
    if (last > headers)
      this.isOpen = lines.includes('', last) && !lines.some((line) => line.startsWith(`${boundary}--`));
    return isFollowed && !this.isOpen ? lines.length : undefined;
  }
}

/** What stands before a diff. @param lines without line ends. */
export function readMessage(lines: readonly string[]): {
  /** Of a mail, up to its `---`; of a plain diff, without the lines that belong to its first file. */
  readonly message: string;
  readonly isMail: boolean;
} {
  const text = lines.map((line) => `${line}\n`).join('');
  const isMail = FROM.test(lines[0] ?? '') || (/^From: /m.test(text) && /^Subject: /m.test(text));
  // Of a mail, as `git mailinfo` has it.
  const end = isMail ? /^(?:---[ \t]*$|diff -|Index: )/m : /(?:^(?:Index: .*|=+|diff .*)\n)+(?![\s\S])/m;
  return { message: text.slice(0, end.exec(text)?.index), isMail };
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

/** What would end a mail's text for `git am`, or begin another one. */
const ENDS_TEXT = /^(?:---|diff -|Index: |From |>From |@@ |-- ?$|-- >8|8<)/;

/**
 * A plain diff's words as a mail: its author and subject are those that DEP-3's fields name, all that it says is the text. Without
 * an author it has an invalid one: whose it is cannot be told.
 */
export function asMail({ message, name }: Pick<ParsedPatch, 'message' | 'name'>): {
  readonly message: string;
  readonly isMail: true;
} {
  const field = (names: string) => new RegExp(`^(?:${names}):[ \\t]*(\\S[^\\n]*)`, 'mi').exec(message)?.[1]?.trim();
  const author = field('From|Author');
  const words = message.split('\n').find((line) => /\w/.test(line) && !/^[A-Za-z-]+: |^#/.test(line));
  const file = /[^/\\]*$/.exec(name)?.[0] ?? name;
  const subject = field('Subject|Description') ?? words?.trim() ?? file;
  const body = message.split('\n').map((line) => (ENDS_TEXT.test(line) ? ` ${line}` : line));
  const bytes = Buffer.from(message, 'latin1');
  const charset = bytes.equals(Buffer.from(bytes.toString('utf8'))) ? 'UTF-8' : 'ISO-8859-1';
  const ascii = !/[^\x00-\x7f]/.test(message);
  const head = [
    `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`,
    `From: ${author !== undefined && /<[^<>\s]+@[^<>\s]+>/.test(author) ? author : 'unknown <unknown@invalid>'}`,
    'Date: Thu, 1 Jan 1970 00:00:00 +0000',
    `Subject: [PATCH] ${subject.replace(/^\[PATCH[^\]]*\]\s*/, '')}`,
    ...(ascii
      ? []
      : ['MIME-Version: 1.0', `Content-Type: text/plain; charset=${charset}`, 'Content-Transfer-Encoding: 8bit']),
  ];
  return { message: `${head.join('\n')}\n\n${body.join('\n').replace(/\n*$/, '')}\n`, isMail: true };
}
