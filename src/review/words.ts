import path from 'node:path';
import { count, integer } from '../document/format.ts';
import { placeText } from '../document/printable.ts';
import { joined } from '../document/say.ts';
import type { Fact, Tone } from '../document/types.ts';
import { originFacts, originName } from '../patch/origin.ts';
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

interface Said {
  readonly tone: Tone;
  readonly word: string;
}

export const EVIDENCE: Readonly<Record<ReviewEvidence['verdict'], Said>> = {
  passed: { tone: 'good', word: 'passed' },
  failed: { tone: 'bad', word: 'failed' },
  'not-done': { tone: 'unknown', word: 'not done' },
  'not-applicable': { tone: 'plain', word: 'not applicable' },
};

export const CHECK: Readonly<Record<ReviewCheck['verdict'], Said>> = {
  fine: { tone: 'good', word: 'fine' },
  attention: { tone: 'attention', word: 'look at this' },
  failed: { tone: 'bad', word: 'says no' },
  'not-done': { tone: 'unknown', word: 'not done' },
};

export const OUTCOME: Readonly<Record<ReviewEdit['outcome'], Said>> = {
  applied: { tone: 'good', word: 'made' },
  'nothing-to-do': { tone: 'plain', word: 'nothing to do' },
  'not-for-this-version': { tone: 'unknown', word: 'not for this version' },
  failed: { tone: 'bad', word: 'failed' },
};

export const FINDING_TONE: Readonly<Record<CheckFinding['severity'], Tone>> = {
  note: 'plain',
  warning: 'attention',
  error: 'bad',
};

export const VERDICT: Readonly<Record<ReviewPatch['verdict'], Said>> = {
  applies: { tone: 'good', word: 'applies' },
  read: { tone: 'plain', word: 'read from a file' },
  'already-applied': { tone: 'plain', word: 'is in the tree already' },
  'not-applicable': { tone: 'plain', word: 'not for this version' },
  drifted: { tone: 'bad', word: 'drifted: no patch' },
  conflict: { tone: 'bad', word: 'conflicts: no patch' },
};

export const CHANGE: Readonly<Record<ChangeStatus, Said>> = {
  same: { tone: 'good', word: 'the same' },
  'context-only': { tone: 'plain', word: 'context or white space only' },
  changed: { tone: 'attention', word: 'changed in substance' },
  removed: { tone: 'attention', word: 'only in the old' },
  added: { tone: 'attention', word: 'only in the new' },
};

/** In front of a line of a diff. */
export const SIGNS = { context: ' ', removed: '-', added: '+' } as const;

/** What tells a patch from the others: its id, or of mails in one file, which share it, its title. */
export function nameOf(patch: Pick<ReviewPatch, 'id' | 'title'>, all: readonly Pick<ReviewPatch, 'id'>[]): string {
  return all.filter(({ id }) => id === patch.id).length > 1 ? patch.title : patch.id;
}

/** What a patch comes to. One that was read may have problems of its own: that it does not apply, say. */
export function verdictOf({ verdict, problems }: Pick<ReviewPatch, 'verdict' | 'problems'>): Said {
  const { tone, word } = VERDICT[verdict];
  return problems.length === 0 || tone === 'bad'
    ? { tone, word }
    : { tone: 'bad', word: `${word}: ${count(problems.length, 'problem')}` };
}

/** `+3 −20`, with a real minus. */
export const plusMinus = (of: { readonly insertions: number; readonly deletions: number }): string =>
  `+${integer(of.insertions)} −${integer(of.deletions)}`;

/** The first 12 digits tell hashes apart; the JSON has them whole. */
export const shortHashes = (text: string): string => text.replace(/\b([0-9a-f]{12})[0-9a-f]{28,}\b/g, '$1…');

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

/** What made a hunk, in front of why: an edit of a recipe, or a whole change that was given. */
export const madeBy = ({ origin, recipe }: ReviewPatch, { edit, kind }: ReviewEdit): string =>
  origin === undefined || recipe !== undefined ? `edit ${edit + 1}, ${kind}` : originName(origin);

/** The edits of a recipe. Of another change the one that is the whole of it is told where it failed alone. */
export const editsToTell = ({ edits, origin, recipe }: ReviewPatch): readonly ReviewEdit[] =>
  origin === undefined || recipe !== undefined ? edits : [];

/** Name and value of what a patch was made from and by; only what is known. */
export function provenanceOf(patch: ReviewPatch): readonly Fact[] {
  const recipe = patch.recipe ?? patch.header?.recipe;
  const params = Object.entries(patch.params).map(([name, value]) => `${name}=${value}`);
  const fact = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ name, value, code: true }];
  return [
    ...fact('Recipe', recipe && `${recipe.id} ${recipe.version}, sha256:${recipe.hash}`),
    ...fact('Commit', patch.origin?.kind === 'commit' ? patch.origin.commit : undefined),
    ...fact('Commits', patch.origin?.kind === 'range' ? `${patch.origin.from}..${patch.origin.to}` : undefined),
    ...originFacts(patch.origin),
    ...fact('Parameters', params.join(' ')),
    ...fact('Also in', patch.header?.include.join(' ')),
    ...fact('Configure', patch.buildOptions.join(' ')),
    ...fact('Python', patch.pythonVersion),
    ...fact('Base', patch.base),
    ...fact('Patch', patch.sha256 && `sha256:${patch.sha256}`),
    // A folder of this machine means nothing in a comment.
    ...fact('File', patch.file && (path.isAbsolute(patch.file) ? path.basename(patch.file) : patch.file)),
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
        VERDICT[patch.verdict].tone === 'bad' ||
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

/** Lines that patches insert and delete, and the files that they are in, each counted once. */
export const totalsOf = (patches: readonly ReviewPatch[]) => ({
  files: new Set(patches.flatMap(({ files }) => files.map(({ path }) => path))).size,
  insertions: patches.reduce((n, patch) => n + patch.insertions, 0),
  deletions: patches.reduce((n, patch) => n + patch.deletions, 0),
});

/** `3 patches, 6 files, +15 −40. 5 of 8 steps verified, …`: the review in two sentences. */
export function summaryOf(review: Review): string {
  const { patches, checks } = review;
  const evidence = patches.flatMap((patch) => patch.evidence).filter(({ verdict }) => verdict !== 'not-applicable');
  const passed = evidence.filter(({ verdict }) => verdict === 'passed').length;
  const failed = evidence.filter(({ verdict }) => verdict === 'failed').length;
  const problems = patches.flatMap((patch) => patch.problems).length;
  const warnings = patches.flatMap((patch) => patch.warnings).length;
  const made = checks.filter(({ verdict }) => verdict !== 'not-done').length;
  const of = made === checks.length ? count(made, 'check') : `${made} of ${checks.length} checks made`;
  const looks = checks.filter(({ verdict }) => verdict === 'attention').length;
  const wrong = checks.filter(({ verdict }) => verdict === 'failed').length;
  const want = `${looks === 1 ? 'wants' : 'want'} a look`;
  const toLookAt = made === checks.length ? `${looks} of ${of} ${want}` : `${of}, ${looks} ${want}`;
  const said = joined(
    [
      evidence.length > 0 && `${passed} of ${count(evidence.length, 'step')} verified`,
      failed > 0 && `${failed} failed`,
      problems > 0 && count(problems, 'problem'),
      warnings > 0 && count(warnings, 'warning'),
      wrong > 0 && `${wrong} of ${count(checks.length, 'check')} ${wrong === 1 ? 'says' : 'say'} no`,
      looks > 0 ? toLookAt : checks.length > 0 && wrong === 0 && `${of}, none wants a look`,
    ],
    ', ',
  );
  const totals = totalsOf(patches);
  const size = `${count(patches.length, 'patch', 'patches')}, ${count(totals.files, 'file')}, ${plusMinus(totals)}.`;
  return said === '' ? size : `${size} ${said}.`;
}

/** `2 changed, 1 the same`: in the order of what wants a look first. */
export function countsOf(counts: Readonly<Record<ChangeStatus, number>>): string {
  const order: readonly ChangeStatus[] = ['changed', 'added', 'removed', 'context-only', 'same'];
  const said = order.filter((status) => counts[status] > 0).map((status) => `${counts[status]} ${CHANGE[status].word}`);
  return said.length === 0 ? 'nothing to compare' : said.join(', ');
}

/** Hunks of a comparison without substance are only counted: `3 the same, 2 at other lines`. */
export function quietHunks({ hunks }: FileComparison): string {
  const of = (status: HunkStatus) => hunks.filter((hunk) => hunk.status === status).length;
  const [same, moved] = [of('same'), of('moved')];
  return joined([same > 0 && `${same} the same`, moved > 0 && `${moved} the same at other lines`], ', ');
}
