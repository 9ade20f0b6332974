import { touchedDefines } from '../../patch/touched-conditions.ts';
import type { FileChange } from '../../patch/types.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { byCodeUnit } from '../../system/hash.ts';
import type { CheckFinding, ReviewCheck, ReviewPatch } from '../types.ts';
import { abiCheck } from './abi.ts';
import { type CheckInput, changedNames, type Found, finding, type SeriesInput, wholeChanges } from './input.ts';
import { otherUsersCheck } from './other-users.ts';
import { refcountsCheck } from './refcounts.ts';
import { structLayoutCheck } from './struct-layout.ts';
import { testsTouchedCheck } from './tests-touched.ts';

export type { CheckInput } from './input.ts';

type Find = (input: SeriesInput, ctx: Context) => Found | Promise<Found>;

const CHECKS: Readonly<Record<ReviewCheck['id'], { readonly title: string; readonly find: Find }>> = {
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

/** Under which `#if`s the touched code lies, and which of them were compiled. */
function ifCoverageCheck({ patches, syntax, generated }: CheckInput): Found {
  const rows: string[][] = [];
  const findings: CheckFinding[] = [];
  for (const change of patches.flatMap(({ files }) => files)) {
    if (!/\.(?:c|h|inc|def)$/.test(change.path)) continue;
    for (const define of definesOf(change)) {
      const check = syntax?.find(({ file, defines }) => file === change.path && defines.includes(define));
      rows.push([change.path, define, check === undefined ? 'not compiled' : OUTCOME[check.verdict]]);
      if (check?.verdict === 'worse')
        findings.push(finding('error', `does not compile as before with -D${define}`, change.path));
      else if (syntax !== undefined && check?.verdict !== 'fine')
        findings.push(finding('warning', `nobody has compiled it with -D${define}`, change.path));
    }
  }
  const table = { title: 'Macros that decide what is compiled there', head: ['file', 'macro', 'compiled'], rows };
  if (rows.length === 0) return { verdict: 'fine', summary: 'No #if decides whether the touched code is compiled.' };
  if (syntax === undefined) {
    const many = `${rows.length} ${rows.length === 1 ? 'macro decides' : 'macros decide'} what is compiled there`;
    const summary = generated
      ? `${many}; each was parsed, none compiled: ask for it with --verify.`
      : `${many}; nothing was compiled or parsed: build it both ways.`;
    return { verdict: 'not-done', summary, tables: [table] };
  }
  const compiled = rows.filter((row) => row[2] === OUTCOME.fine).length;
  return {
    verdict: findings.length > 0 ? 'attention' : 'fine',
    summary: `${compiled} of ${rows.length} were compiled as before.`,
    findings,
    tables: [table],
  };
}

/** Those of the text before, and those that the change itself brings. */
function definesOf(change: FileChange): readonly string[] {
  const { after, edits } = change;
  let shift = 0;
  const there = edits.map((edit) => {
    const start = edit.start + shift;
    shift += edit.replacement.length - (edit.end - edit.start);
    return { ...edit, start, end: start + edit.replacement.length };
  });
  const both = [...touchedDefines(change), ...touchedDefines({ ...change, before: after, edits: there })];
  return [...new Set(both)].sort(byCodeUnit);
}

const OUTCOME = {
  fine: 'as before',
  worse: 'worse than before',
  'not-checkable': 'cannot be compiled so, without the patch either',
} as const;
