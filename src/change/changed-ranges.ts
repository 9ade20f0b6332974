import { structuredPatch } from 'diff';
import { lineStarts } from '../c/lex.ts';
import type { PatchHunk } from '../diff/types.ts';
import { applyEdits } from '../patch/ranges.ts';
import type { FileChange } from '../patch/types.ts';

type Ranges = FileChange['edits'];

/**
 * The changed lines of a file, as the edits of a recipe are told.
 * @param hunks of the one patch that changes it. Where they have it exactly, nothing is compared: a rewritten file of 10,000
 * lines takes a minute to compare.
 */
export function changedRanges(before: string, after: string, hunks: readonly PatchHunk[] | undefined): Ranges {
  const told = hunks === undefined ? undefined : rangesOf(hunks, before, after);
  return told !== undefined && applyEdits(before, told) === after ? told : comparedRanges(before, after);
}

const range = (start: number, end: number, replacement: string): Ranges[number] => ({
  edit: 0,
  kind: 'patch file',
  why: '',
  start,
  end,
  replacement,
});

/** By the hunks' own line numbers; wrong where `git apply` found them at other lines. */
function rangesOf(hunks: readonly PatchHunk[], before: string, after: string): Ranges {
  const [old, now] = [lineStarts(before), lineStarts(after)];
  const out: Ranges[number][] = [];
  for (const { oldStart, oldLines, newStart, newLines, lines } of hunks) {
    // An empty side is counted from the line before it.
    let [o, n] = [oldLines === 0 ? oldStart : oldStart - 1, newLines === 0 ? newStart : newStart - 1];
    for (let i = 0; i < lines.length; ) {
      const [fromOld, fromNew] = [o, n];
      for (; lines[i] !== undefined && lines[i]?.mark !== ' '; i++) {
        if (lines[i]?.mark === '-') o++;
        else n++;
      }
      if (o > fromOld || n > fromNew) {
        const replacement = after.slice(now[fromNew] ?? after.length, now[n] ?? after.length);
        out.push(range(old[fromOld] ?? before.length, old[o] ?? before.length, replacement));
        continue;
      }
      [o, n, i] = [o + 1, n + 1, i + 1];
    }
  }
  return out;
}

function comparedRanges(before: string, after: string): Ranges {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: 0 });
  const starts = lineStarts(before);
  const offset = (line: number) => starts[line] ?? before.length;
  return hunks.map(({ oldStart, oldLines, lines }) => {
    const first = oldStart - 1;
    const added = lines.filter((line) => line.startsWith('+')).map((line) => `${line.slice(1)}\n`);
    return range(offset(first), offset(first + oldLines), added.join(''));
  });
}
