import { placeText, printableLine } from '../../document/printable.ts';
import { wrap } from '../../document/terminal/columns.ts';
import { TONE_SYMBOL } from '../../document/tone.ts';
import type { CheckFinding, ReviewCheck } from '../types.ts';
import { CHECK_TONE, FINDING_TONE } from '../words.ts';
import { detailLines, signedLines } from './blocks.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

const MOST_FINDINGS = 40;

/** What the checks say, a line each; then the findings and tables of those that have any. */
export function checkLines(checks: readonly ReviewCheck[], style: Style): string[] {
  if (checks.length === 0) return [];
  const items = checks.map(({ verdict, title, summary }) => ({
    tone: CHECK_TONE[verdict],
    label: printableLine(title),
    text: summary,
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
    ...(more > 0 ? [style.dim(`  … ${more} more: in the page (--format html) and in the JSON`)] : []),
    ...tables.flatMap((table) =>
      table.rows.length === 0
        ? []
        : [
            ...wrap(printableLine(table.title), style.width, '  ').map(style.dim),
            ...tableLines(table.head, table.rows, style, '  '),
          ],
    ),
  ];
}

function findingLines({ severity, message, place, detail = [] }: CheckFinding, style: Style): string[] {
  const tone = FINDING_TONE[severity];
  const text = place === undefined ? message : `${placeText(place)}: ${message}`;
  const [first = '', ...rest] = wrap(printableLine(text), style.width - 4);
  return [
    `  ${style.tone(tone, TONE_SYMBOL[tone])} ${first}`,
    ...rest.map((line) => `    ${line}`),
    ...detailLines(detail, style, '    '),
  ];
}
