/**
 * Test names, compiler messages and patches come from elsewhere. What would move the cursor, colour the terminal or
 * turn the order of the text around is shown instead of obeyed.
 */

/** Bidirectional controls and other invisible format characters ("Trojan Source", CVE-2021-42574). */
const INVISIBLE = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Keeps tabs and line ends; other control characters become their pictures (ESC → ␛), invisible ones `⟨U+202E⟩`. */
export function printableText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b-\x1f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0)))
    .replace(/\x7f/g, '␡')
    .replace(/[\x80-\x9f]/g, (c) => `⟨${c.charCodeAt(0).toString(16).toUpperCase()}⟩`)
    .replace(INVISIBLE, (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
}

/** The same on one line: runs of white space become one space. U+202F, our own thin space, stays. */
export function printableLine(text: string): string {
  return printableText(text)
    .replace(/[\t\n\u0085\u2028\u2029 ]+/g, ' ')
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
