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
