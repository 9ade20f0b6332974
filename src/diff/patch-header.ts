import { decodeWords, letterOf } from './mail.ts';
import type { ParsedPatch } from './types.ts';

/** What a patch says of itself before its first diff. */
export interface PatchWords {
  /** A mail's subject, or DEP-3's Description or Subject; empty where there is none. */
  readonly subject: string;
  readonly why: string;
  /** Who, when, and where else it is told of, in their order. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
}

/** Of a mail, and of DEP-3 (https://dep-team.pages.debian.net/deps/dep3/), but for what is told as subject and text. */
const FIELD =
  /^(From|Author|Date|Origin|Bug(?:-[A-Za-z]+)?|Forwarded|Applied-Upstream|Reviewed-by|Acked-by|Last-Update): *(\S.*)$/i;

/** @param parsed one patch of a file. */
export function wordsOf(parsed: ParsedPatch): PatchWords {
  const { subject, body } = letterOf(parsed);
  const fields = fieldsOf(parsed);
  if (subject !== '') return { subject, why: body, fields };
  const lines = body.split('\n');
  const at = lines.findIndex((line) => /^(?:Description|Subject):/i.test(line));
  if (at < 0) return { subject: '', why: body, fields };
  const more = lines.slice(at + 1);
  const end = more.findIndex((line) => !/^[ \t]/.test(line));
  const text = more.slice(0, end < 0 ? undefined : end).map((line) => line.trim().replace(/^\.$/, ''));
  return { subject: (lines[at] ?? '').replace(/^\w+:[ \t]*/, '').trim(), why: text.join('\n').trim(), fields };
}

/** More is no header, and no reader's. */
const MOST = { fields: 20, letters: 300 };

function fieldsOf({ message }: ParsedPatch): PatchWords['fields'] {
  const fields: { name: string; value: string }[] = [];
  const lines = Buffer.from(message, 'latin1').toString('utf8').split('\n');
  for (let i = 0; i < lines.length && fields.length < MOST.fields; i++) {
    const [, name, first = ''] = FIELD.exec(lines[i] ?? '') ?? [];
    if (name === undefined) continue;
    let value = first;
    // A long field goes on in lines that are indented.
    for (; /^[ \t]+\S/.test(lines[i + 1] ?? ''); i++) value += ` ${(lines[i + 1] ?? '').trim()}`;
    fields.push({ name, value: decodeWords(value).trim().slice(0, MOST.letters) });
  }
  return fields;
}
