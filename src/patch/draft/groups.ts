import { structuredPatch } from 'diff';
import { type CSource, type Range, readC } from '../../c/source.ts';
import { splitLines } from '../../diff/apply.ts';
import type { HunkRange } from '../../diff/types.ts';
import { similarity } from '../port/lines.ts';

/** Lines that stand together and change together: [start, end) of the file becomes [now.start, now.end) of the new one. */
export interface Group extends Range {
  readonly file: DraftFile;
  readonly now: Range;
  /** Whole lines; empty where lines are only added, or only taken away. */
  readonly removed: string;
  readonly added: string;
  /** Lines that change, and those that come in before and behind: where nothing says the whole, each may be said. */
  readonly parts?: readonly Group[];
}

/** A file that is there before and after a patch. Its C is read once. */
export class DraftFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly isC: boolean;
  groups: readonly Group[];

  constructor(path: string, before: string, after: string) {
    this.path = path;
    this.before = before;
    this.after = after;
    this.isC = /\.[ch]$/.test(path);
    this.groups = this.#groups();
  }

  /** Puts the parts of a group in its place. @returns them */
  part(group: Group): readonly Group[] {
    const { parts = [] } = group;
    if (parts.length > 0) this.groups = this.groups.flatMap((g) => (g === group ? parts : [g]));
    return parts;
  }

  /** As C, before and after. */
  get source(): CSource {
    return readC(this.path, this.before);
  }
  get result(): CSource {
    return readC(this.path, this.after);
  }

  #groups(): Group[] {
    const starts = (text: string) => {
      const out = [0];
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) out.push(at + 1);
      return out;
    };
    const [old, now] = [starts(this.before), starts(this.after)];
    const { hunks } = structuredPatch('a', 'b', this.before, this.after, undefined, undefined, { context: 0 });
    const lines = [splitLines(this.before), splitLines(this.after)] as const;
    const groupOf = (hunk: HunkRange): Group => {
      // Of an empty side the library counts from the line that it stands at.
      const range = (lines: readonly number[], text: string, start: number, count: number): Range => ({
        start: lines[start - 1] ?? text.length,
        end: lines[start - 1 + count] ?? text.length,
      });
      const was = range(old, this.before, hunk.oldStart, hunk.oldLines);
      const is = range(now, this.after, hunk.newStart, hunk.newLines);
      const [removed, added] = [this.before.slice(was.start, was.end), this.after.slice(is.start, is.end)];
      return { ...was, file: this, now: is, removed, added };
    };
    return hunks.map((found, i) => {
      const hunk = slid(found, hunks[i - 1], hunks[i + 1], ...lines);
      const parts = parted(hunk, ...lines);
      return { ...groupOf(hunk), ...(parts.length > 1 && { parts: parts.map(groupOf) }) };
    });
  }
}

/**
 * Lines that only come, or only go, may be taken a little higher or lower where equal lines follow: there they begin with
 * what stands farthest to the left, behind an empty line.
 */
function slid(
  hunk: HunkRange,
  previous: HunkRange | undefined,
  next: HunkRange | undefined,
  old: readonly string[],
  now: readonly string[],
): HunkRange {
  const goes = hunk.newLines === 0;
  if (!goes && hunk.oldLines > 0) return hunk;
  const [lines, start, count] = goes ? [old, hunk.oldStart, hunk.oldLines] : [now, hunk.newStart, hunk.newLines];
  const least =
    previous === undefined ? 1 : goes ? previous.oldStart + previous.oldLines : previous.newStart + previous.newLines;
  const most = next === undefined ? lines.length + 1 : goes ? next.oldStart : next.newStart;
  const line = (number: number) => lines[number - 1] ?? '';
  let best = start;
  const cost = (first: number) => {
    const blank = first === 1 || line(first - 1).trim() === '';
    return (/^[ \t]*/.exec(line(first))?.[0].length ?? 0) * 4 + (blank ? 0 : 2) + (line(first).trim() === '' ? 1 : 0);
  };
  for (let at = start; at > least && line(at - 1) === line(at - 1 + count); at--)
    if (cost(at - 1) < cost(best)) best = at - 1;
  for (let at = start; at + count < most && line(at) === line(at + count); at++)
    if (cost(at + 1) < cost(best)) best = at + 1;
  const by = best - start;
  return { ...hunk, oldStart: hunk.oldStart + by, newStart: hunk.newStart + by };
}

/** Lines that come in beside few that change, apart from those. */
function parted(hunk: HunkRange, old: readonly string[], now: readonly string[]): HunkRange[] {
  const { oldStart, oldLines, newStart, newLines } = hunk;
  if (oldLines === 0 || oldLines > 3 || newLines <= oldLines) return [hunk];
  const likeness = (a: readonly string[], b: readonly string[]) => similarity(a, b) + (a[0] === b[0] ? SAME_START : 0);
  const alike = (at: number) =>
    Array.from({ length: oldLines }, (_, i) =>
      likeness(wordsOf(old[oldStart - 1 + i]), wordsOf(now[newStart - 1 + at + i])),
    ).reduce((a, b) => a + b, 0) / oldLines;
  let [best, most] = [0, 0];
  for (let at = 0; at + oldLines <= newLines; at++) {
    const is = alike(at);
    if (is > most) [best, most] = [at, is];
  }
  if (most < ALIKE) return [hunk];
  const rest = newLines - best - oldLines;
  return [
    { oldStart, oldLines: 0, newStart, newLines: best },
    { oldStart, oldLines, newStart: newStart + best, newLines: oldLines },
    { oldStart: oldStart + oldLines, oldLines: 0, newStart: newStart + best + oldLines, newLines: rest },
  ].filter((part) => part.oldLines + part.newLines > 0);
}

/** How much a line must have in common with another to be the same one, changed. */
const ALIKE = 0.6;
/** Lines that begin with the same word are more alike: an `if` is no declaration. */
const SAME_START = 0.1;
const wordsOf = (line = ''): string[] => line.match(/\w+|[^\w\s]/g) ?? [];
