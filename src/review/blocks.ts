import { count } from '../document/format.ts';
import { details, table, text, toned } from '../document/say.ts';
import { type Block, right } from '../document/types.ts';
import type { ReviewCheck, ReviewPatch } from './types.ts';
import { CHECK, EVIDENCE, FINDING_TONE, OUTCOME } from './words.ts';

/** What is said of a review beside the lines of its patches, the same wherever it is read. */

/** The verification ladder, each rung with what it found. @param short those that passed are only counted. */
export function evidenceTable({ evidence }: ReviewPatch, short = false): Block[] {
  const done = short ? evidence.filter(({ verdict }) => verdict === 'passed') : [];
  const rows = evidence
    .filter((rung) => !done.includes(rung))
    .map(({ verdict, title, detail }) => [toned(EVIDENCE[verdict].tone, title), detail]);
  const all = done.length === 0 ? rows : [[toned('good', `${count(done.length, 'step')} verified`), ''], ...rows];
  return all.length === 0 ? [] : [table('', ['Verification', ''], all)];
}

export const problemBlocks = ({ problems, warnings }: ReviewPatch): Block[] => [
  ...problems.map((one): Block => ({ kind: 'diagnostics', diagnostics: [one] })),
  ...warnings.map((one): Block => ({ kind: 'diagnostics', diagnostics: [one], tone: 'attention' })),
];

/** All edits of the recipe, also those that made nothing here, and why not. */
export const editsTable = ({ edits }: ReviewPatch): Block =>
  table(
    '',
    [right('#'), 'edit', 'why'],
    edits.map(({ edit, kind, why, outcome, reason }) => [
      String(edit + 1),
      { ...toned(OUTCOME[outcome].tone, kind), code: true },
      outcome === 'applied' ? why : `${why} (${OUTCOME[outcome].word}: ${reason})`,
    ]),
  );

export const checksTable = (checks: readonly ReviewCheck[]): Block =>
  table(
    '',
    ['Check', 'What it says'],
    checks.map(({ verdict, title, summary }) => [toned(CHECK[verdict].tone, title), summary]),
  );

/** Or that there is none. */
const NUMBER = /^(?:–|[+−-]?[\d,.]+(?: ?%| ?B)?)$/;

/**
 * Findings and tables of a check.
 * @param most of more findings, or rows of a table, the rest is counted; no error is left out. @param where it is.
 */
export function foundBlocks({ findings, tables }: ReviewCheck, most = Number.POSITIVE_INFINITY, where = ''): Block[] {
  const more = (n: number) => (n > 0 ? `… and ${n} more${where}` : undefined);
  // The worst come first.
  const shown = Math.max(most, findings.filter(({ severity }) => severity === 'error').length);
  return [
    ...findings.slice(0, shown).map(
      ({ severity, ...one }): Block => ({
        kind: 'diagnostics',
        diagnostics: [one],
        tone: FINDING_TONE[severity],
        brief: true,
      }),
    ),
    ...text(more(findings.length - shown)),
    ...tables
      .filter(({ rows }) => rows.length > 0)
      .map(({ title, head, rows }) => {
        const isNumbers = (i: number) => rows.every((row) => (row[i] ?? '') === '' || NUMBER.test(row[i] ?? ''));
        const columns = head.map((name, i) => (i > 0 && isNumbers(i) ? right(name) : name));
        return table(title, columns, rows.slice(0, most), more(rows.length - most));
      }),
  ];
}

/** The same folded, with how much there is of it. Nothing of a check that found nothing. */
export function foundDetails(check: ReviewCheck, most?: number): Block[] {
  const tables = check.tables.filter(({ rows }) => rows.length > 0).length;
  const said = [
    ...(check.findings.length === 0 ? [] : [count(check.findings.length, 'finding')]),
    ...(tables === 0 ? [] : [count(tables, 'table')]),
  ];
  return details(`${check.title}: ${said.join(', ')}`, foundBlocks(check, most));
}
