import { count } from '../../document/format.ts';
import { details, diagnosticMarkdown, grid, strong } from '../../document/markdown/blocks.ts';
import { markdownText } from '../../document/markdown/escape.ts';
import type { Part } from '../../document/markdown/fit.ts';
import { TONE_SYMBOL } from '../../document/tone.ts';
import type { ReviewCheck } from '../types.ts';
import { CHECK, FINDING_TONE } from '../words.ts';
import { RANK } from './ranks.ts';

const FEW = 20;

/** What the checks say as a table, and folded what they found. */
export function checkParts(checks: readonly ReviewCheck[]): readonly Part[] {
  if (checks.length === 0) return [];
  const rows = checks.map(({ verdict, title, summary }) => [
    TONE_SYMBOL[CHECK[verdict].tone],
    markdownText(title),
    markdownText(summary),
  ]);
  const heading = '### What a reviewer would look at';
  return [
    {
      forms: [`${heading}\n\n${grid(['', 'Check', 'What it says'], rows)}`, ''],
      rank: RANK.checks,
      name: 'what the checks say',
    },
    ...checks.map((check) => ({
      forms: [found(check, Number.POSITIVE_INFINITY), found(check, FEW), ''],
      rank: RANK.findings,
      name: `what the check ${markdownText(check.title.slice(0, 80))} found`,
    })),
  ];
}

function found({ title, findings, tables }: ReviewCheck, most: number): string {
  const full = tables.filter(({ rows }) => rows.length > 0);
  if (findings.length === 0 && full.length === 0) return '';
  // The worst come first, and no error is left out.
  const mostFindings = Math.max(most, findings.filter(({ severity }) => severity === 'error').length);
  const more = (all: readonly unknown[], shown = most) =>
    all.length > shown ? [`… and ${all.length - shown} more`] : [];
  const body = [
    ...findings.slice(0, mostFindings).map((finding) => diagnosticMarkdown(finding, FINDING_TONE[finding.severity])),
    ...more(findings, mostFindings),
    ...full.flatMap((table) => [
      strong(table.title),
      grid(
        table.head,
        table.rows.slice(0, most).map((row) => row.map(markdownText)),
      ),
      ...more(table.rows),
    ]),
  ];
  const said = [
    findings.length === 0 ? '' : count(findings.length, 'finding'),
    full.length === 0 ? '' : count(full.length, 'table'),
  ];
  return details(`${title}: ${said.filter((part) => part !== '').join(', ')}`, body.join('\n\n'));
}
