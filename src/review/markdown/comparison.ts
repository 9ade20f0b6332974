import { details, grid } from '../../document/markdown/blocks.ts';
import { markdownBlock, markdownText } from '../../document/markdown/escape.ts';
import type { Part } from '../../document/markdown/fit.ts';
import { TONE_SYMBOL } from '../../document/tone.ts';
import { patchDifference } from '../formats/range-diff.ts';
import type { PatchComparison, ReviewComparison } from '../types.ts';
import { CHANGE, countsOf } from '../words.ts';
import { RANK } from './ranks.ts';

/** What changed since, a line a patch; folded the differences, those of context told but not shown. */
export function comparisonParts(comparison: ReviewComparison | undefined): readonly Part[] {
  if (comparison === undefined) return [];
  const heading = `### What changed: ${markdownText(comparison.old)} → ${markdownText(comparison.new)}`;
  const rows = comparison.patches.map((patch) => [
    TONE_SYMBOL[CHANGE[patch.status].tone],
    markdownText(patch.id),
    `${patch.oldIndex ?? '–'} → ${patch.newIndex ?? '–'}`,
    CHANGE[patch.status].word,
  ]);
  const counts = `${countsOf(comparison.counts)}.`;
  return [
    {
      forms: [
        `${heading}\n\n${counts}\n\n${grid(['', 'Patch', 'Place', ''], rows)}`,
        `### What changed\n\n${counts}`,
        '',
      ],
      rank: RANK.comparison,
      name: 'what changed',
    },
    ...comparison.patches.map((patch) => ({
      forms: [difference(patch), ''],
      rank: RANK.differences,
      name: `what changed in ${markdownText(patch.id.slice(0, 80))}`,
    })),
  ];
}

function difference(patch: PatchComparison): string {
  const lines = patchDifference(patch);
  if (lines.length === 0) return '';
  return details(`What changed in ${patch.id}: ${CHANGE[patch.status].word}`, markdownBlock(lines.join('\n'), 'diff'));
}
