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
import type { CheckInput, Found, SeriesInput } from './types.ts';

export type { CheckInput } from './types.ts';

interface Check {
  readonly title: string;
  readonly find: (input: SeriesInput, ctx: Context) => Found | Promise<Found>;
}

/** In the order in which they are told. */
const CHECKS: Readonly<Record<ReviewCheck['id'], Check>> = {
  'struct-layout': { title: 'Layout of structs', find: structLayoutCheck },
  abi: { title: 'Public headers and the stable ABI', find: abiCheck },
  'other-users': { title: 'Who else knows the changed names', find: otherUsersCheck },
  'tests-touched': { title: 'CPython’s own tests', find: testsTouchedCheck },
  'if-coverage': { title: '#if branches that are touched', find: ifCoverageCheck },
  refcounts: { title: 'Reference counts in the changed lines', find: ({ reviewed }) => refcountsCheck(reviewed) },
};
const IDS = Object.keys(CHECKS) as readonly ReviewCheck['id'][];

/**
 * What a careful reviewer of a patch to CPython would look at. A check that cannot be made says why, and the others are
 * made all the same.
 */
export async function runChecks(given: CheckInput, ctx: Context): Promise<readonly ReviewCheck[]> {
  const changes = wholeChanges(given.patches);
  const input: SeriesInput = { ...given, changes, names: changedNames(changes) };
  return Promise.all(IDS.map(async (id) => told(id, await attempt(() => CHECKS[id].find(input, ctx)))));
}

const BY_SEVERITY = ['error', 'warning', 'note'] as const;

/** The worst first: a reader may be shown but the first findings. One error makes the whole check a no. */
function told(id: ReviewCheck['id'], { verdict, summary, findings: found = [], tables = [] }: Found): ReviewCheck {
  const findings = BY_SEVERITY.flatMap((severity) => found.filter((one) => one.severity === severity));
  const worst = findings[0]?.severity === 'error' ? 'failed' : verdict;
  return { id, title: CHECKS[id].title, verdict: worst, summary, findings, tables };
}

/** The same of patch files alone: what needs a tree is said to. @param why there is none. */
export async function runChecksOnFiles(
  patches: readonly ReviewPatch[],
  why = 'Needs the tree that the patch is for: name it with --checkout.',
): Promise<readonly ReviewCheck[]> {
  return IDS.map((id) => told(id, id === 'refcounts' ? refcountsCheck(patches) : notDone(why)));
}

async function attempt(find: () => Found | Promise<Found>): Promise<Found> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof UserError) return notDone(error.diagnostics.map(({ message }) => message).join('; '));
    throw error;
  }
}

const notDone = (summary: string): Found => ({ verdict: 'not-done', summary });
