import type { CpythonTestOutcome, CpythonTestRow } from '../bench/types.ts';
import type { VerdictWord } from '../document/verdicts.ts';

/** Said at every table of speed. */
export const SIGN_CONVENTION = 'Change of time, patched against baseline: + means slower, − means faster.';

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
