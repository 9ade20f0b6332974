import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import type { ReviewCheck, ReviewPatch } from '../types.ts';
import { abiCheck } from './abi.ts';
import { ifCoverageCheck } from './if-coverage.ts';
import { changedNames, wholeChanges } from './names.ts';
import { otherUsersCheck } from './other-users.ts';
import { refcountsCheck } from './refcounts.ts';
import { structLayoutCheck } from './struct-layout.ts';
import { testsTouchedCheck } from './tests-touched.ts';
import type { CheckInput, SeriesInput } from './types.ts';

export type { CheckInput } from './types.ts';

const TITLES: Readonly<Record<ReviewCheck['id'], string>> = {
  'struct-layout': 'Layout of structs',
  abi: 'Public headers and the stable ABI',
  'other-users': 'Who else knows the changed names',
  'tests-touched': 'CPython’s own tests',
  'if-coverage': '#if branches that are touched',
  refcounts: 'Reference counts in the changed lines',
};

/**
 * What a careful reviewer of a patch to CPython would look at. A check that cannot be made says why, and the others are
 * made all the same.
 */
export async function runChecks(given: CheckInput, ctx: Context): Promise<readonly ReviewCheck[]> {
  const changes = wholeChanges(given.patches);
  const input: SeriesInput = { ...given, changes, names: changedNames(changes) };
  const checks = await Promise.all([
    attempt('struct-layout', () => structLayoutCheck(input, ctx)),
    attempt('abi', () => abiCheck(input)),
    attempt('other-users', () => otherUsersCheck(input)),
    attempt('tests-touched', () => testsTouchedCheck(input)),
    attempt('if-coverage', () => ifCoverageCheck(input)),
    attempt('refcounts', () => refcountsCheck(input.reviewed)),
  ]);
  return checks.map(worstFirst);
}

const BY_SEVERITY = ['error', 'warning', 'note'] as const;

/** A reader may be shown but the first findings; one error makes the whole check a no. */
function worstFirst(check: ReviewCheck): ReviewCheck {
  const findings = BY_SEVERITY.flatMap((severity) => check.findings.filter((one) => one.severity === severity));
  return { ...check, findings, verdict: findings[0]?.severity === 'error' ? 'failed' : check.verdict };
}

/** The same of patch files alone: what needs a tree is said to. @param why there is none. */
export async function runChecksOnFiles(
  patches: readonly ReviewPatch[],
  why = 'Needs the tree that the patch is for: name it with --checkout.',
): Promise<readonly ReviewCheck[]> {
  const needsTree: readonly ReviewCheck['id'][] = [
    'struct-layout',
    'abi',
    'other-users',
    'tests-touched',
    'if-coverage',
  ];
  return [...needsTree.map((id) => notDone(id, why)), refcountsCheck(patches)];
}

async function attempt(id: ReviewCheck['id'], check: () => ReviewCheck | Promise<ReviewCheck>): Promise<ReviewCheck> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof UserError) return notDone(id, error.diagnostics.map(({ message }) => message).join('; '));
    throw error;
  }
}

const notDone = (id: ReviewCheck['id'], summary: string): ReviewCheck => ({
  id,
  title: TITLES[id],
  verdict: 'not-done',
  summary,
  findings: [],
  tables: [],
});
