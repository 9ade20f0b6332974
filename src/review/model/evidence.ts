import type { SyntaxCheck } from '../../builds/check-syntax.ts';
import { touchedDefines } from '../../patch/touched-conditions.ts';
import type { EditAccount, GeneratedPatch } from '../../patch/types.ts';
import type { ReviewEvidence } from '../types.ts';

/** What else is known of a patch than that it was generated. */
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
  const files = patch.files.length === 1 ? '1 file' : `${patch.files.length} files`;
  return [
    {
      step: 'matched',
      title: 'every edit matched as declared',
      verdict: 'passed',
      detail: `${applied.length} of ${account.length} edits made, at ${places} places; the others are not for this version, or had nothing to do`,
    },
    gone.length === 0
      ? {
          step: 'gone',
          title: 'nothing is left of what goes',
          verdict: 'not-applicable',
          detail: 'the recipe names nothing that must go',
        }
      : {
          step: 'gone',
          title: 'nothing is left of what goes',
          verdict: 'passed',
          detail: `${[...new Set(gone)].join(', ')}: in no #if branch`,
        },
    {
      step: 'parses',
      title: 'what was touched can be read as C under every #if',
      verdict: 'passed',
      detail:
        defines.length === 0 ? 'no #if around it, or none that decides' : `with and without ${defines.join(', ')}`,
    },
    {
      step: 'idempotent',
      title: 'a second application changes nothing',
      verdict: 'passed',
      detail: 'generated again on the result',
    },
    {
      step: 'reverses',
      title: 'the reverse gives every byte back',
      verdict: 'passed',
      detail: `${files}, forwards and backwards, without fuzz`,
    },
    compiles(patch, proofs.syntax),
    run('builds', 'the tree builds', proofs.builds),
    run('tests', 'CPython’s own tests: patched against baseline', proofs.tests),
  ];
}

/** Of patch files on a checkout: whether one of a series applies. @param without those before it that do not. */
export function appliesTo(tree: string, applies: boolean, index: number, without: readonly string[]): ReviewEvidence {
  const base = { step: 'applies', title: 'it applies to the checkout' } as const;
  if (!applies) return { ...base, verdict: 'failed', detail: tree };
  const after = index > without.length ? ', after those before it' : '';
  const but =
    without.length === 0
      ? ''
      : `, without ${without.join(', ')}, which ${without.length === 1 ? 'does' : 'do'} not apply`;
  return { ...base, verdict: 'passed', detail: `${tree}, by git apply without fuzz${after}${but}` };
}

/** Of patch files that are checked: whether they are what their recipes yield now. */
export const isCurrent = (verdict: ReviewEvidence['verdict'], detail: string): ReviewEvidence => ({
  step: 'current',
  title: 'it is what its recipe yields on the checkout now',
  verdict,
  detail,
});

function compiles(patch: GeneratedPatch, syntax: readonly SyntaxCheck[] | undefined): ReviewEvidence {
  const base = { step: 'compiles', title: 'the touched files compile as before' } as const;
  if (syntax === undefined) return { ...base, verdict: 'not-done', detail: 'ask for it with --verify' };
  const mine = syntax.filter(({ file }) => patch.files.some(({ path }) => path === file));
  if (mine.length === 0) return { ...base, verdict: 'not-applicable', detail: 'it touches no C' };
  const count = (verdict: SyntaxCheck['verdict']) => mine.filter((check) => check.verdict === verdict).length;
  const ways = [...new Set(mine.map(({ defines }) => defines.map((define) => `-D${define}`).join(' ')))];
  const rest = count('not-checkable') === 0 ? '' : `, ${count('not-checkable')} not checkable`;
  return {
    ...base,
    verdict: count('worse') > 0 ? 'failed' : count('fine') > 0 ? 'passed' : 'not-done',
    detail: `${count('fine')} as before, ${count('worse')} worse${rest} (${ways.join('; ')})`,
  };
}

function run(step: 'builds' | 'tests', title: string, proof: Proofs['builds']): ReviewEvidence {
  if (proof === undefined) return { step, title, verdict: 'not-done', detail: 'name a run of this patch with --run' };
  return { step, title, verdict: proof.passed ? 'passed' : 'failed', detail: proof.detail };
}
