/**
 * Test names, compiler messages and patches come from elsewhere. What would move the cursor, colour the terminal or
 * turn the order of the text around is shown instead of obeyed.
 */

/** Bidirectional controls and other invisible format characters ("Trojan Source", CVE-2021-42574). */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;

/** Keeps tabs and line ends; other control characters become their pictures (ESC → ␛), invisible ones `⟨U+202E⟩`. */
export function printableText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\x7f/g, '␡')
    .replace(/[\x80-\x9f]/g, (c) => `⟨${c.charCodeAt(0).toString(16).toUpperCase()}⟩`)
    .replace(INVISIBLE, (c) => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/** A line of source as it is: what would end it, or is no white space that one sees, is shown. Tabs stay. */
export function printableSource(line: string): string {
  return printableText(line.replace(/\r/g, '␍').replace(/\n/g, '␊'));
}

/** As `printableText`, on one line: runs of white space become one space. U+202F, our own thin space, stays. */
export function printableLine(text: string): string {
  return printableText(text.replace(/[\u2028\u2029]/g, ' '))
    .replace(/[\t\n ]+/g, ' ')
    .trim();
}

/** Bytes as latin1 for a reader: UTF-8 where they are that, else Latin-1, as most old CPython sources. */
export function decodeBytes(latin1: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}
