import { namedFiles } from '../../diff/locate.ts';
import { parsePatch } from '../../diff/read.ts';
import { describeBase } from '../../patch/message.ts';
import type { SeriesResult } from '../../patch/series.ts';
import type { EditAccount, FileChange, GeneratedPatch } from '../../patch/types.ts';
import { holds } from '../../recipe/params.ts';
import type { ReviewEdit, ReviewFile, ReviewPatch } from '../types.ts';
import { evidenceOf, type Proofs } from './evidence.ts';
import { editsOfHunks, sectionOf } from './provenance.ts';
import { reviewFile } from './review-file.ts';

/** What a recipe of a series yielded, for review: the patch with provenance and evidence, or why there is none. */
export function reviewOfResult(made: SeriesResult, proofs: Proofs = {}): ReviewPatch {
  const { recipe, params, result } = made;
  const { id, title, why, version } = recipe.recipe;
  const common = {
    id,
    title,
    why,
    recipe: { id, title, why, version: String(version), hash: recipe.hash },
    params,
    verdict: result.verdict,
    edits: editsOf(result.account),
  };
  const none = {
    ...common,
    files: [],
    insertions: 0,
    deletions: 0,
    buildOptions: [],
    evidence: [],
    problems: [],
    warnings: [],
  };
  switch (result.verdict) {
    case 'drifted':
    case 'conflict':
      return { ...none, reason: result.problems.map(({ message }) => message).join('; '), problems: result.problems };
    case 'already-applied':
    case 'not-applicable':
      return { ...none, reason: result.why };
    case 'applies': {
      const { patch } = result;
      const gone = (recipe.recipe.expect?.gone ?? []).flatMap((one) =>
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
        evidence: evidenceOf(patch, result.account, gone, proofs),
        problems: [],
        warnings: result.warnings,
      };
    }
  }
}

function editsOf(account: readonly EditAccount[]): readonly ReviewEdit[] {
  return account.map(({ edit, kind, why, looksFor, outcome, reason }) => ({
    edit,
    kind,
    why,
    looksFor,
    outcome,
    reason,
  }));
}

/** The files of a generated patch, each hunk with the edits that made it and the function it lies in. */
export function reviewOfPatch(patch: GeneratedPatch): readonly ReviewFile[] {
  const changes = new Map(patch.files.map((change) => [change.path, change]));
  return parsePatch(patch.text, `${patch.recipe.id}.patch`)
    .flatMap((parsed) => namedFiles(parsed))
    .map((located) => {
      const change = changes.get(located.now ?? located.old ?? '');
      if (change === undefined) throw new Error(`the patch's text has a file that it does not know: ${located.now}`);
      return withProvenance(change, reviewFile(located, { before: change.before, after: change.after }));
    });
}

function withProvenance(change: FileChange, file: ReviewFile): ReviewFile {
  const edits = editsOfHunks(change, file.hunks);
  const hunks = file.hunks.map((hunk, i) => ({
    ...hunk,
    section: sectionOf(file.path, file.contents?.before ?? '', hunk),
    edits: edits[i] ?? [],
  }));
  return { ...file, hunks };
}
