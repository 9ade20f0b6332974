import { placeText } from '../document/printable.ts';
import type { Tone } from '../document/tone.ts';
import type {
  ChangeStatus,
  CheckFinding,
  FileComparison,
  HunkStatus,
  Review,
  ReviewCheck,
  ReviewEdit,
  ReviewEvidence,
  ReviewFile,
  ReviewHunk,
  ReviewPatch,
} from './types.ts';

export const EVIDENCE_TONE: Readonly<Record<ReviewEvidence['verdict'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  'not-done': 'unknown',
  'not-applicable': 'plain',
};

export const CHECK_TONE: Readonly<Record<ReviewCheck['verdict'], Tone>> = {
  fine: 'good',
  attention: 'attention',
  failed: 'bad',
  'not-done': 'unknown',
};

export const FINDING_TONE: Readonly<Record<CheckFinding['severity'], Tone>> = {
  note: 'plain',
  warning: 'attention',
  error: 'bad',
};

export const VERDICT_TONE: Readonly<Record<ReviewPatch['verdict'], Tone>> = {
  applies: 'good',
  read: 'plain',
  'already-applied': 'plain',
  'not-applicable': 'plain',
  drifted: 'bad',
  conflict: 'bad',
};

export const VERDICT_WORDS: Readonly<Record<ReviewPatch['verdict'], string>> = {
  applies: 'applies',
  read: 'read from a file',
  'already-applied': 'is in the tree already',
  'not-applicable': 'not for this version',
  drifted: 'drifted: no patch',
  conflict: 'conflicts: no patch',
};

export const CHANGE_TONE: Readonly<Record<ChangeStatus, Tone>> = {
  same: 'good',
  'context-only': 'plain',
  changed: 'attention',
  removed: 'attention',
  added: 'attention',
};

export const CHANGE_WORDS: Readonly<Record<ChangeStatus, string>> = {
  same: 'the same',
  'context-only': 'context or white space only',
  changed: 'changed in substance',
  removed: 'only in the old',
  added: 'only in the new',
};

/** `1 file`, `3 files`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** `+3 −20`, with a real minus. */
export const plusMinus = (of: { readonly insertions: number; readonly deletions: number }): string =>
  `+${of.insertions} −${of.deletions}`;

/** The first 12 digits tell hashes apart; the JSON has them whole. */
export const shortHashes = (text: string): string => text.replace(/\b([0-9a-f]{12})[0-9a-f]{28,}\b/g, '$1…');

/** As unified diffs write it. */
export function hunkRange(hunk: ReviewHunk): string {
  const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`);
  return `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`;
}

/** The edits that made a hunk, those that the patch tells of. */
export const editsOf = (patch: ReviewPatch, hunk: ReviewHunk): readonly ReviewEdit[] =>
  hunk.edits.flatMap((index) => patch.edits.find(({ edit }) => edit === index) ?? []);

/** What a reader should know of a file beside its lines: `new file, CRLF line ends`. */
export function fileRemarks(file: ReviewFile): readonly string[] {
  const status = { modified: '', added: 'new file', deleted: 'deleted', renamed: 'renamed', copied: 'copied' };
  return [
    status[file.status] + (file.oldPath === undefined ? '' : ` from ${file.oldPath}`),
    file.mode === undefined ? '' : `mode ${file.mode}`,
    file.binary ? 'binary: its contents are not shown' : '',
    file.encoding === 'latin-1' ? 'Latin-1' : '',
    { lf: '', crlf: 'CRLF line ends', mixed: 'mixed line ends: CR is shown' }[file.eol],
  ].filter((remark) => remark !== '');
}

/** Name and value of what a patch was made from and by; only what is known. */
export function provenanceOf(patch: ReviewPatch): readonly { readonly label: string; readonly value: string }[] {
  const recipe = patch.recipe ?? patch.header?.recipe;
  const params = Object.entries(patch.params).map(([name, value]) => `${name}=${value}`);
  const fact = (label: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ label, value }];
  return [
    ...fact('Recipe', recipe && `${recipe.id} ${recipe.version}, sha256:${recipe.hash}`),
    ...fact('Parameters', params.join(' ')),
    ...fact('Also in', patch.header?.include.join(' ')),
    ...fact('Configure', patch.buildOptions.join(' ')),
    ...fact('Python', patch.pythonVersion),
    ...fact('Base', patch.base),
    ...fact('Patch', patch.sha256 && `sha256:${patch.sha256}`),
    ...fact('File', patch.file),
  ];
}

/** More errors than these are told where the checks' findings are. */
const MOST_ERRORS = 10;

/** What the checks call an error, for the head of a review: `abi: PC/python3.def:3: PyThing_Size changes, …`. */
export function errorLines({ checks }: Review): readonly string[] {
  const errors = checks.flatMap(({ title, findings }) =>
    findings
      .filter(({ severity }) => severity === 'error')
      .map(({ message, place }) => `${title}: ${place === undefined ? '' : `${placeText(place)}: `}${message}`),
  );
  const more = errors.length - MOST_ERRORS;
  return [...errors.slice(0, MOST_ERRORS), ...(more > 0 ? [`${count(more, 'more error')} of the checks, below`] : [])];
}

/** What the whole review comes to: what is wrong before what wants a look; `plain`: nothing was verified. */
export function toneOf(review: Review): Tone {
  const bad =
    review.run?.ok === false ||
    review.patches.some(
      (patch) =>
        VERDICT_TONE[patch.verdict] === 'bad' ||
        patch.problems.length > 0 ||
        patch.evidence.some(({ verdict }) => verdict === 'failed'),
    ) ||
    review.checks.some(({ verdict }) => verdict === 'failed');
  if (bad) return 'bad';
  const attention =
    review.patches.some(({ warnings }) => warnings.length > 0) ||
    review.checks.some(({ verdict }) => verdict === 'attention');
  if (attention) return 'attention';
  const verified =
    review.run !== undefined ||
    review.patches.some(({ evidence }) => evidence.some(({ verdict }) => verdict === 'passed'));
  // Of files alone nothing but their own lines was looked at: that none is wrong is no yes.
  return verified || review.checkout !== undefined ? 'good' : 'plain';
}

/** `3 patches, 6 files, +15 −40. 5 of 8 steps verified, …`: the review in two sentences. */
export function summaryOf(review: Review): string {
  const { patches, checks } = review;
  const sum = (of: (patch: ReviewPatch) => number) => patches.reduce((n, patch) => n + of(patch), 0);
  const paths = new Set(patches.flatMap(({ files }) => files.map(({ path }) => path)));
  const evidence = patches.flatMap((patch) => patch.evidence).filter(({ verdict }) => verdict !== 'not-applicable');
  const passed = evidence.filter(({ verdict }) => verdict === 'passed').length;
  const failed = evidence.filter(({ verdict }) => verdict === 'failed').length;
  const problems = sum((patch) => patch.problems.length);
  const warnings = sum((patch) => patch.warnings.length);
  const made = checks.filter(({ verdict }) => verdict !== 'not-done').length;
  const of = made === checks.length ? count(made, 'check') : `${made} of ${checks.length} checks made`;
  const looks = checks.filter(({ verdict }) => verdict === 'attention').length;
  const wrong = checks.filter(({ verdict }) => verdict === 'failed').length;
  const said = [
    evidence.length === 0 ? '' : `${passed} of ${count(evidence.length, 'step')} verified`,
    failed === 0 ? '' : `${failed} failed`,
    problems === 0 ? '' : count(problems, 'problem'),
    warnings === 0 ? '' : count(warnings, 'warning'),
    wrong === 0 ? '' : `${wrong} of ${count(checks.length, 'check')} ${wrong === 1 ? 'says' : 'say'} no`,
    checks.length === 0
      ? ''
      : looks === 0
        ? wrong > 0
          ? ''
          : `${of}, none wants a look`
        : made === checks.length
          ? `${looks} of ${count(made, 'check')} ${looks === 1 ? 'wants' : 'want'} a look`
          : `${of}, ${looks} ${looks === 1 ? 'wants' : 'want'} a look`,
  ].filter((part) => part !== '');
  const lines = { insertions: sum((p) => p.insertions), deletions: sum((p) => p.deletions) };
  const size = `${count(patches.length, 'patch', 'patches')}, ${count(paths.size, 'file')}, ${plusMinus(lines)}.`;
  return said.length === 0 ? size : `${size} ${said.join(', ')}.`;
}

/** `2 changed, 1 the same`: in the order of what wants a look first. */
export function countsOf(counts: Readonly<Record<ChangeStatus, number>>): string {
  const order: readonly ChangeStatus[] = ['changed', 'added', 'removed', 'context-only', 'same'];
  const said = order
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${CHANGE_WORDS[status]}`);
  return said.length === 0 ? 'nothing to compare' : said.join(', ');
}

/** Hunks of a comparison without substance are only counted: `3 the same, 2 at other lines`. */
export function quietHunks({ hunks }: FileComparison): string {
  const of = (status: HunkStatus) => hunks.filter((hunk) => hunk.status === status).length;
  const said = [
    of('same') === 0 ? '' : `${of('same')} the same`,
    of('moved') === 0 ? '' : `${of('moved')} the same at other lines`,
  ];
  return said.filter((part) => part !== '').join(', ');
}
