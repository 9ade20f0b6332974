import type { ReviewFile, ReviewHunk, ReviewRow } from '../types.ts';
import { type Found, finding } from './input.ts';

/** What takes a reference, and what gives one back (the C API's reference, "Reference Counting"). */
const TAKES = /\b(?:Py_X?INCREF|Py_X?NewRef|_Py_NewReference|_Py_INCREF_\w+)\s*\(/g;
const GIVES = /\b(?:Py_X?DECREF|Py_CLEAR|Py_X?SETREF|_Py_DECREF_\w+|_Py_Dealloc|_Py_ForgetReference)\s*\(/g;

const HEAD = ['file', 'function', 'taken', 'given back'];

/**
 * Where changed lines take or give back references. That the counts differ proves nothing: paths through the code differ,
 * too. It says which hunks to read with that question.
 */
export function refcountsCheck(patches: readonly { readonly files: readonly ReviewFile[] }[]): Found {
  const all = patches.flatMap(({ files }) =>
    files
      .filter(({ path }) => /\.(?:c|h|inc)$/.test(path))
      .flatMap(({ path, hunks }) => hunks.flatMap((hunk) => counted(path, hunk))),
  );
  const uneven = all.filter(({ taken, given }) => taken[0] - taken[1] !== given[0] - given[1]);
  const rows = all.map(({ file, line, section, taken, given }) => [
    `${file}:${line}`,
    section,
    taken.join(' → '),
    given.join(' → '),
  ]);
  return {
    verdict: uneven.length > 0 ? 'attention' : 'fine',
    summary:
      all.length === 0
        ? 'No changed line takes or gives back a reference.'
        : `${all.length === 1 ? '1 hunk changes' : `${all.length} hunks change`} lines that take or give back references; ${uneven.length === 0 ? 'as many of one as of the other' : `in ${uneven.length} the sum of them changes: read those with that question`}.`,
    findings: uneven.map(({ file, line, section, lines }) => {
      const message = `references taken and given back change differently${section === '' ? '' : ` in ${section}`}: a hint, not a proof`;
      return finding('warning', message, file, line, lines);
    }),
    tables: all.length === 0 ? [] : [{ title: 'In the changed lines, before → after', head: HEAD, rows }],
  };
}

function counted(file: string, hunk: ReviewHunk) {
  const of = (kind: ReviewRow['kind'], what: RegExp) =>
    hunk.rows.filter((row) => row.kind === kind).reduce((n, { text }) => n + [...code(text).matchAll(what)].length, 0);
  const taken = [of('removed', TAKES), of('added', TAKES)] as const;
  const given = [of('removed', GIVES), of('added', GIVES)] as const;
  if ([...taken, ...given].every((n) => n === 0)) return [];
  const isOne = (text: string) => [TAKES, GIVES].some((what) => code(text).search(what) >= 0);
  const counting = hunk.rows.filter(({ kind, text }) => kind !== 'context' && isOne(text));
  const [first] = counting;
  const line = first?.newLine ?? first?.oldLine ?? hunk.newStart;
  const lines = counting.map(({ kind, text }) => `${kind === 'removed' ? '-' : '+'}${text}`);
  return [{ file, line, section: hunk.section, taken, given, lines }];
}

/** A line without its comments, as far as one line shows them. */
const code = (text: string): string => text.replace(/\/\*.*?(?:\*\/|$)|\/\/.*$/g, '');
