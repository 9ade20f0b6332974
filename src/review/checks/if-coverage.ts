import { touchedDefines } from '../../patch/touched-conditions.ts';
import type { FileChange } from '../../patch/types.ts';
import { byCodeUnit } from '../../system/hash.ts';
import type { CheckFinding } from '../types.ts';
import { type CheckInput, type Found, finding } from './types.ts';

const IS_C = /\.(?:c|h|inc|def)$/;

/** Under which `#if`s the touched code lies, and which of them were compiled. */
export function ifCoverageCheck({ patches, syntax, generated }: CheckInput): Found {
  const rows: string[][] = [];
  const findings: CheckFinding[] = [];
  for (const change of patches.flatMap(({ files }) => files)) {
    if (!IS_C.test(change.path)) continue;
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
