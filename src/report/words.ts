import type { CpythonTestOutcome, CpythonTestRow, TestVerdict } from '../bench/types.ts';

/**
 * What is good, bad or neither. Every tone has a sign of its own, so that nothing is told by colour alone.
 * `unknown`: not measured, or not reached.
 */
export type Tone = 'good' | 'bad' | 'attention' | 'plain' | 'unknown';

export const TONE_SYMBOL: Readonly<Record<Tone, string>> = {
  good: '✓',
  bad: '✗',
  attention: '!',
  plain: '○',
  unknown: '–',
};

/** Said at every table of speed. */
export const SIGN_CONVENTION = 'Change of time, patched against baseline: + means slower, − means faster.';

export interface VerdictWord {
  readonly symbol: string;
  readonly word: string;
  readonly tone: Tone;
}

/** A symbol and a word for each verdict; the chart's marks have the same shapes. */
export const VERDICTS: Readonly<Record<TestVerdict, VerdictWord>> = {
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
export const VERDICT_ORDER: readonly TestVerdict[] = [
  'slower',
  'faster',
  'no-change',
  'inconclusive',
  'missing',
  'failed',
];

export const OUTCOME_WORD: Readonly<Record<CpythonTestOutcome, string>> = {
  passed: 'passes',
  failed: 'fails',
  skipped: 'skipped',
  crashed: 'crashes',
  timeout: 'runs out of time',
  missing: 'is not there',
};

export const TEST_VERDICTS: Readonly<Record<CpythonTestRow['verdict'], VerdictWord>> = {
  same: { symbol: '✓', word: 'same', tone: 'good' },
  expected: { symbol: '○', word: 'differs as declared', tone: 'plain' },
  fixed: { symbol: '▼', word: 'fixed', tone: 'good' },
  unexpected: { symbol: '✗', word: 'unexpected', tone: 'bad' },
};

/** Suites whose names in the samples are no words for a reader. */
export const SUITES: Readonly<Record<string, string>> = { startup: 'start-up time', files: 'own benchmarks' };
