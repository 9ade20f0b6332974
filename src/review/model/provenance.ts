import { lineOf, lineStarts } from '../../c/lex.ts';
import { mapOffset } from '../../patch/ranges.ts';
import type { FileChange } from '../../patch/types.ts';
import type { ReviewHunk } from '../types.ts';

/**
 * Which edits of the recipe made each hunk: those whose bytes lie in one of its changed lines, on either side.
 * @param hunks of this file, as the diff of `change` has them.
 */
export function editsOfHunks(change: FileChange, hunks: readonly ReviewHunk[]): readonly (readonly number[])[] {
  const [before, after] = [lineStarts(change.before), lineStarts(change.after)];
  const traces = change.edits.map((trace) => {
    const start = mapOffset(
      trace.start,
      change.edits.filter((e) => e.end <= trace.start),
    );
    return {
      edit: trace.edit,
      old: [lineOf(before, trace.start), lineOf(before, Math.max(trace.start, trace.end - 1))] as const,
      now: [lineOf(after, start), lineOf(after, Math.max(start, start + trace.replacement.length - 1))] as const,
    };
  });
  return hunks.map((hunk) => {
    const inside = ([from, to]: readonly [number, number], start: number, lines: number) =>
      from < start + lines && to >= start;
    const near = traces.filter(
      ({ old, now }) => inside(old, hunk.oldStart, hunk.oldLines) || inside(now, hunk.newStart, hunk.newLines),
    );
    return [...new Set(near.map(({ edit }) => edit))].sort((a, b) => a - b);
  });
}

/** What begins a function or the like, as git's drivers for C-like files and Python have it (gitattributes(5), xfuncname). */
const PYTHON = /^[ \t]*(?:class|(?:async[ \t]+)?def)[ \t]/;
const OTHER = /^[A-Za-z_$]/;
const LABEL = /^[A-Za-z_]\w*:\s*$/;

/**
 * The line that names the function or type that a hunk's first change lies in; empty when there is none. Not where the
 * hunk begins, as git has it: its lines of context often end the function before.
 */
export function sectionOf(path: string, contents: string, hunk: ReviewHunk): string {
  const context = hunk.rows.findIndex(({ kind }) => kind !== 'context');
  const lines = contents.split('\n', hunk.oldStart - 1 + Math.max(0, context));
  const names = path.endsWith('.py')
    ? (line: string) => PYTHON.test(line)
    : (line: string) => OTHER.test(line) && !LABEL.test(line);
  return (lines.findLast(names) ?? '').trim().slice(0, 80);
}
