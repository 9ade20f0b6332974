import type { Range } from '../../c/source.ts';

/** The lines of a text with their line breaks; those that a backslash at the end joins are one. */
export function logicalLines(text: string): readonly Range[] {
  const out: Range[] = [];
  for (const { index, 0: line } of text.matchAll(/(?:[^\\\n]|\\\r?\n|\\)*(?:\n|$)/g)) {
    if (line !== '') out.push({ start: index, end: index + line.length });
  }
  return out;
}
