import { compareReviews } from '../../../src/review/compare/index.ts';
import { readPatchText } from '../../../src/review/model/read-patch.ts';
import type { HunkComparison, ReviewComparison, ReviewHunk } from '../../../src/review/types.ts';

/** A hunk: its first line, and its lines with their signs. */
export type HunkLines = readonly [start: number, lines: readonly string[]];

/** A diff of one file. */
export function diff(hunks: readonly HunkLines[], file = 'a.c'): string {
  let shift = 0;
  const text = hunks.map(([start, lines]) => {
    const count = (other: string) => lines.filter((line) => line[0] !== other).length;
    // An empty side is named by the line before it.
    const at = (line: number, n: number) => `${n === 0 ? line - 1 : line},${n}`;
    const head = `@@ -${at(start, count('+'))} +${at(start + shift, count('-'))} @@`;
    shift += count('-') - count('+');
    return [head, ...lines].join('\n');
  });
  return `--- a/${file}\n+++ b/${file}\n${text.join('\n')}\n`;
}

export const side = (text: string, label = 'x') => ({
  label,
  patches: readPatchText(text, { file: `${label}.patch` }),
});

export const compare = (old: string, now: string): ReviewComparison =>
  compareReviews(side(old, 'old'), side(now, 'now'));

export const hunksOf = ({ patches }: ReviewComparison): readonly HunkComparison[] =>
  patches.flatMap(({ files }) => files.flatMap(({ hunks }) => hunks));

export const statuses = (comparison: ReviewComparison): readonly string[] =>
  hunksOf(comparison).map(({ status }) => status);

/** What a hunk removes and adds, line by line. */
export const changed = (hunk: ReviewHunk | undefined): readonly string[] =>
  (hunk?.rows ?? []).flatMap(({ kind, text, eol }) => (kind === 'context' ? [] : [`${kind} ${text}${eol}`]));
