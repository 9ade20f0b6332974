import type { Tone } from './tone.ts';
import type { ForestVerdict } from './types.ts';

export interface VerdictWord {
  readonly symbol: string;
  readonly word: string;
  readonly tone: Tone;
}

/** A symbol and a word for each verdict; the chart's marks have the same shapes. */
export const VERDICTS: Readonly<Record<ForestVerdict, VerdictWord>> = {
  slower: { symbol: '▲', word: 'slower', tone: 'bad' },
  faster: { symbol: '▼', word: 'faster', tone: 'good' },
  'no-change': { symbol: '○', word: 'no change', tone: 'plain' },
  inconclusive: { symbol: '◇', word: 'inconclusive', tone: 'unknown' },
  missing: { symbol: '–', word: 'missing', tone: 'unknown' },
  failed: { symbol: '✗', word: 'failed', tone: 'bad' },
};

/** Of a test that differs by more than counts as a change, but by no more than the baseline differs from itself. */
export const WITHIN_NOISE = 'within noise';

/** The order in which counts are told. */
export const VERDICT_ORDER: readonly ForestVerdict[] = [
  'slower',
  'faster',
  'no-change',
  'inconclusive',
  'missing',
  'failed',
];
