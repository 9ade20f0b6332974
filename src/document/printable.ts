import type { Diagnostic, Place } from '../system/diagnostic.ts';

/**
 * Test names, compiler messages and patches come from elsewhere. What would move the cursor, colour the terminal or
 * turn the order of the text around is shown instead of obeyed: by its name, for not every font has the pictures of
 * control characters. The same character looks the same in every output.
 */
const NAMES =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/**
 * Control characters but tabs and line ends, bidirectional controls and other invisible format characters ("Trojan
 * Source", CVE-2021-42574).
 */
const HIDDEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;
const HIDDEN_RUNS = new RegExp(`(${HIDDEN.source}+)`, 'u');

/** `⟨ESC⟩`, `⟨U+202E⟩` */
function named(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const name = code === 0x7f ? 'DEL' : NAMES[code];
  return `⟨${name ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`}⟩`;
}

/** Keeps tabs; line ends become `\n`; other control characters and invisible ones are named. */
export function printableText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(HIDDEN, named);
}

/** A line of source as it is: what would end it, or is no white space that one sees, is named. Tabs stay. */
export function printableSource(line: string): string {
  return line.replace(HIDDEN, named).replaceAll('\n', named);
}

/** A line of source in parts, every second of them such as `printableSource` names. */
export const hiddenApart = (line: string): readonly string[] => line.split(HIDDEN_RUNS);

/** As `printableText`, on one line: runs of white space become one space. U+202F, our own thin space, stays. */
export function printableLine(text: string): string {
  return printableText(text)
    .replace(/[\t\n ]+/g, ' ')
    .trim();
}

/** `Objects/frameobject.c:12:3`. Of a name nothing is lost: two that differ are told apart. */
export function placeText({ file, line, column }: Place): string {
  const text = [file, line, column].filter((part) => part !== undefined).join(':');
  return printableSource(text).replaceAll('\t', named);
}

export interface Paragraph {
  readonly text: string;
  /** Its lines keep their places, as lists, code and trailers do; else they are the reader's to break. */
  readonly laidOut: boolean;
}

/** Parts of a text between blank lines. */
export function paragraphsOf(text: string): readonly Paragraph[] {
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map((part) => part.replace(/^\n+/, '').trimEnd())
    .filter((part) => part !== '')
    .map((part) => ({ text: part, laidOut: /^(?:\s|[-*•>|]\s|\d+[.)]\s|[\w-]+: )/m.test(part) }));
}

export type Severity = 'error' | 'warning' | 'note';

/**
 * A diagnostic as lines of plain text, for logs and annotations: what happened, details, what to do.
 * @param where told in front of the message; empty where the place is told otherwise.
 */
export function diagnosticText(diagnostic: Diagnostic, where = ''): string[] {
  const { message, detail = [], related = [], hint } = diagnostic;
  return [
    where === '' ? message : `${where}: ${message}`,
    ...detail,
    ...related.map((other) => `${placeText(other.place)}: ${other.message}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ];
}
