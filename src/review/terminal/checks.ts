import { placeText, printableLine } from '../../document/printable.ts';
import { signedLine, signedLines } from '../../document/terminal/blocks.ts';
import { wrap } from '../../document/terminal/columns.ts';
import { detailLines } from '../../document/terminal/diagnostic.ts';
import { tableLines } from '../../document/terminal/table.ts';
import type { CheckFinding, ReviewCheck } from '../types.ts';
import { CHECK, FINDING_TONE } from '../words.ts';
import { MOST_DETAIL, type Style } from './style.ts';

const MOST_FINDINGS = 40;
const MOST_ROWS = 40;

/** What the checks say, a line each; then the findings and tables of those that have any. */
export function checkLines(checks: readonly ReviewCheck[], style: Style): string[] {
  if (checks.length === 0) return [];
  const items = checks.map(({ verdict, title, summary }) => ({
    tone: CHECK[verdict].tone,
    label: title,
    text: printableLine(summary),
  }));
  return [
    '',
    style.bold('What a reviewer would look at'),
    ...signedLines(items, style),
    ...checks.flatMap((check) => foundLines(check, style)),
  ];
}

function foundLines({ title, findings, tables }: ReviewCheck, style: Style): string[] {
  if (findings.length === 0 && tables.every(({ rows }) => rows.length === 0)) return [];
  // The worst come first, and no error is left out.
  const most = Math.max(MOST_FINDINGS, findings.filter(({ severity }) => severity === 'error').length);
  const more = findings.length - most;
  return [
    '',
    ...wrap(printableLine(title), style.width).map(style.bold),
    ...findings.slice(0, most).flatMap((finding) => findingLines(finding, style)),
    ...(more > 0 ? [style.dim(`  … ${more} more${MOST_DETAIL.full}`)] : []),
    ...tables.flatMap((table) =>
      table.rows.length === 0
        ? []
        : [...wrap(printableLine(table.title), style.width, '  ').map(style.dim), ...tableOf(table, style)],
    ),
  ];
}

/** Longer tables than this are for the page: what is left out is counted. */
function tableOf({ head, rows }: ReviewCheck['tables'][number], style: Style): string[] {
  const shown = rows.slice(0, MOST_ROWS).map((row) => row.map(printableLine));
  const titles = head.some((title) => title !== '') ? [head.map((title) => style.dim(printableLine(title)))] : [];
  const more = rows.length - shown.length;
  return [
    ...tableLines([...titles, ...shown], style.width, { indent: '  ' }),
    ...(more > 0 ? [style.dim(`  … ${more} more rows${MOST_DETAIL.full}`)] : []),
  ];
}

function findingLines({ severity, message, place, detail = [] }: CheckFinding, style: Style): string[] {
  const text = place === undefined ? message : `${placeText(place)}: ${message}`;
  return [
    ...signedLine(FINDING_TONE[severity], text, style, '  '),
    ...detailLines(detail, style, '      ', MOST_DETAIL),
  ];
}
