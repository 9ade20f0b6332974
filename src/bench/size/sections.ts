import type { FileSize } from './types.ts';

type Summed = Pick<FileSize, 'text' | 'data' | 'bss'>;

/** Bytes of each section, by the output of `size -A -d FILE` (System V format), in the file's order. */
export function readSections(text: string): ReadonlyMap<string, number> {
  const sections = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^(\.?[^\s:]+)\s+(\d+)\s+\d+$/.exec(line.trimEnd());
    if (match?.[1] === undefined) continue;
    sections.set(match[1], (sections.get(match[1]) ?? 0) + Number(match[2]));
  }
  return sections;
}

/** Of each file, by the output of `size -B -d FILE…` (Berkeley format). */
export function readSums(text: string): ReadonlyMap<string, Summed> {
  const sums = new Map<string, Summed>();
  for (const line of text.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+\d+\s+[0-9a-f]+\s+(.+?)\s*$/.exec(line);
    if (match?.[4] === undefined) continue;
    sums.set(match[4], { text: Number(match[1]), data: Number(match[2]), bss: Number(match[3]) });
  }
  return sums;
}
