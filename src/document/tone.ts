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
