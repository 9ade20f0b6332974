import type { SyntaxCheck } from '../../builds/check-syntax.ts';
import { count } from '../../document/format.ts';
import { touchedDefines } from '../../patch/touched-conditions.ts';
import type { EditAccount, GeneratedPatch } from '../../patch/types.ts';
import type { ReviewEvidence } from '../types.ts';

export interface Proofs {
  /** From `checkSyntax`, of the whole series. */
  readonly syntax?: readonly SyntaxCheck[] | undefined;
  /** From a run of these very patches: a sentence each. */
  readonly builds?: { readonly passed: boolean; readonly detail: string } | undefined;
  readonly tests?: { readonly passed: boolean; readonly detail: string } | undefined;
}

/**
 * The verification ladder of design/recipes for a patch that was generated. The first five rungs are climbed by
 * `generatePatch` before it gives a patch at all; who reads the review is told what each said.
 */
export function evidenceOf(
  patch: GeneratedPatch,
  account: readonly EditAccount[],
  gone: readonly string[],
  proofs: Proofs,
): readonly ReviewEvidence[] {
  const applied = account.filter((edit) => edit.outcome === 'applied');
  const places = applied.reduce((n, edit) => n + edit.found.length, 0);
  const defines = [...new Set(patch.files.flatMap(touchedDefines))];
  const made = `${applied.length} of ${account.length} edits made, at ${places} places`;
  const around =
    defines.length === 0 ? 'no #if around it, or none that decides' : `with and without ${defines.join(', ')}`;
  const whatGoes = [...new Set(gone)].join(', ');
  return [
    rung('matched', 'passed', `${made}; the others are not for this version, or had nothing to do`),
    whatGoes === ''
      ? rung('gone', 'not-applicable', 'the recipe names nothing that must go')
      : rung('gone', 'passed', `${whatGoes}: in no #if branch`),
    rung('parses', 'passed', around),
    rung('idempotent', 'passed', 'generated again on the result'),
    rung('reverses', 'passed', `${count(patch.files.length, 'file')}, forwards and backwards, without fuzz`),
    compiles(patch, proofs.syntax),
    run('builds', proofs.builds),
    run('tests', proofs.tests),
  ];
}

/** Of a change that a person wrote: that it applies as it is, and what was made with it. */
export const evidenceOfGiven = (patch: GeneratedPatch, proofs: Proofs): readonly ReviewEvidence[] => [
  rung('applies', 'passed', 'as it is, without fuzz, after those before it'),
  compiles(patch, proofs.syntax),
  run('builds', proofs.builds),
  run('tests', proofs.tests),
];

const TITLES: Readonly<Record<ReviewEvidence['step'], string>> = {
  matched: 'every edit matched as declared',
  gone: 'nothing is left of what goes',
  parses: 'what was touched can be read as C under every #if',
  idempotent: 'a second application changes nothing',
  reverses: 'the reverse gives every byte back',
  compiles: 'the touched files compile as before',
  builds: 'the tree builds',
  tests: 'CPython’s own tests: patched against baseline',
  applies: 'it applies to the checkout',
  current: 'it is what its recipe yields on the checkout now',
};

function rung(step: ReviewEvidence['step'], verdict: ReviewEvidence['verdict'], detail: string): ReviewEvidence {
  return { step, title: TITLES[step], verdict, detail };
}

/** Of patch files on a checkout: whether one of a series applies. @param without those before it that do not. */
export function appliesTo(tree: string, applies: boolean, index: number, without: readonly string[]): ReviewEvidence {
  if (!applies) return rung('applies', 'failed', tree);
  const after = index > without.length ? ', after those before it' : '';
  const but =
    without.length === 0
      ? ''
      : `, without ${without.join(', ')}, which ${without.length === 1 ? 'does' : 'do'} not apply`;
  return rung('applies', 'passed', `${tree}, by git apply without fuzz${after}${but}`);
}

/** Of patch files that are checked: whether they are what their recipes yield now. */
export const isCurrent = (verdict: ReviewEvidence['verdict'], detail: string): ReviewEvidence =>
  rung('current', verdict, detail);

function compiles(patch: GeneratedPatch, syntax: readonly SyntaxCheck[] | undefined): ReviewEvidence {
  if (syntax === undefined) return rung('compiles', 'not-done', 'ask for it with --verify');
  const mine = syntax.filter(({ file }) => patch.files.some(({ path }) => path === file));
  if (mine.length === 0) return rung('compiles', 'not-applicable', 'it touches no C');
  const n = (verdict: SyntaxCheck['verdict']) => mine.filter((check) => check.verdict === verdict).length;
  const ways = [...new Set(mine.map(({ defines }) => defines.map((define) => `-D${define}`).join(' ')))];
  const rest = n('not-checkable') === 0 ? '' : `, ${n('not-checkable')} not checkable`;
  const detail = `${n('fine')} as before, ${n('worse')} worse${rest} (${ways.join('; ')})`;
  return rung('compiles', n('worse') > 0 ? 'failed' : n('fine') > 0 ? 'passed' : 'not-done', detail);
}

const run = (step: 'builds' | 'tests', proof: Proofs['builds']): ReviewEvidence =>
  proof === undefined
    ? rung(step, 'not-done', 'name a run of this patch with --run')
    : rung(step, proof.passed ? 'passed' : 'failed', proof.detail);
