import { lineOf, lineStarts } from '../../c/lex.ts';
import { namedFiles } from '../../diff/locate.ts';
import { parsePatch } from '../../diff/read.ts';
import { describeBase } from '../../patch/message.ts';
import { mapOffset } from '../../patch/ranges.ts';
import type { SeriesResult } from '../../patch/series.ts';
import type { EditAccount, FileChange, GeneratedPatch } from '../../patch/types.ts';
import { holds } from '../../recipe/params.ts';
import type { ReviewEdit, ReviewFile, ReviewHunk, ReviewPatch } from '../types.ts';
import { evidenceOf, evidenceOfGiven, type Proofs } from './evidence.ts';
import { reviewFile } from './review-file.ts';

/** What a change of a series came to, for review: the patch with provenance and evidence, or why there is none. */
export function reviewOfResult(made: SeriesResult, proofs: Proofs = {}): ReviewPatch {
  const { identity, recipe, given, params, result } = made;
  const { id, title, why } = identity;
  const from = given && {
    origin: given.origin,
    ...(given.origin.kind === 'patch' ? { file: given.origin.file } : {}),
  };
  const common = {
    id,
    title,
    why,
    ...(recipe === undefined ? from : { recipe: identity }),
    params,
    verdict: result.verdict,
    edits: result.account.map(editOf),
  };
  const none = { ...common, files: [], insertions: 0, deletions: 0, buildOptions: [], evidence: [], warnings: [] };
  switch (result.verdict) {
    case 'drifted':
    case 'conflict':
      return { ...none, reason: result.problems.map(({ message }) => message).join('; '), problems: result.problems };
    case 'already-applied':
    case 'not-applicable':
      return { ...none, problems: [], reason: result.why };
    case 'applies': {
      const { patch } = result;
      const gone = (recipe?.recipe.expect?.gone ?? []).flatMap((one) =>
        typeof one === 'string' ? [one] : holds(one.when, params) ? [one.text] : [],
      );
      return {
        ...common,
        pythonVersion: patch.pythonVersion,
        base: describeBase(patch.base),
        sha256: patch.sha256,
        files: reviewOfPatch(patch),
        insertions: patch.insertions,
        deletions: patch.deletions,
        buildOptions: patch.buildOptions,
        evidence:
          recipe === undefined ? evidenceOfGiven(patch, proofs) : evidenceOf(patch, result.account, gone, proofs),
        problems: [],
        warnings: result.warnings,
      };
    }
  }
}

function editOf({ edit, kind, why, looksFor, outcome, reason }: EditAccount): ReviewEdit {
  return { edit, kind, why, looksFor, outcome, reason };
}

/** The files of a generated patch, each hunk with the edits that made it and the function it lies in. */
export function reviewOfPatch(patch: GeneratedPatch): readonly ReviewFile[] {
  const changes = new Map(patch.files.map((change) => [change.path, change]));
  return parsePatch(patch.text, `${patch.recipe.id}.patch`)
    .flatMap((parsed) => namedFiles(parsed))
    .map((located) => {
      const change = changes.get(located.now ?? located.old ?? '');
      if (change === undefined) throw new Error(`the patch's text has a file that it does not know: ${located.now}`);
      const file = reviewFile(located, { before: change.before, after: change.after });
      const edits = editsOfHunks(change, file.hunks);
      const hunks = file.hunks.map((hunk, i) => ({
        ...hunk,
        section: sectionOf(file.path, file.contents?.before ?? '', hunk),
        edits: edits[i] ?? [],
      }));
      return { ...file, hunks };
    });
}

/**
 * Which edits of the recipe made each hunk: those whose bytes lie in one of its changed lines, on either side.
 * @param hunks of this file, as the diff of `change` has them.
 */
function editsOfHunks(change: FileChange, hunks: readonly ReviewHunk[]): readonly (readonly number[])[] {
  const [before, after] = [lineStarts(change.before), lineStarts(change.after)];
  const traces = change.edits.map((trace, i) => {
    const start = mapOffset(trace.start, change.edits.slice(0, i));
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
