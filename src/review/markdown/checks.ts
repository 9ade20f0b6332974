import { blockMarkdown } from '../../document/markdown/blocks.ts';
import { markdownText } from '../../document/markdown/escape.ts';
import type { Part } from '../../document/markdown/fit.ts';
import { checksTable, foundDetails } from '../blocks.ts';
import type { ReviewCheck } from '../types.ts';
import { RANK } from './ranks.ts';

const FEW = 20;

/** What the checks say as a table, and folded what they found. */
export function checkParts(checks: readonly ReviewCheck[]): readonly Part[] {
  if (checks.length === 0) return [];
  const found = (check: ReviewCheck, most?: number) => foundDetails(check, most).map(blockMarkdown).join('');
  return [
    {
      forms: [`### What a reviewer would look at\n\n${blockMarkdown(checksTable(checks))}`, ''],
      rank: RANK.checks,
      name: 'what the checks say',
    },
    ...checks.map((check) => ({
      forms: [found(check), found(check, FEW), ''],
      rank: RANK.findings,
      name: `what the check ${markdownText(check.title.slice(0, 80))} found`,
    })),
  ];
}
