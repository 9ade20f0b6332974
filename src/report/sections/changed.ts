import { integer, signedBytes } from '../../document/format.ts';
import { right } from '../../document/types.ts';

/** The columns of what `changed` says. */
export const CHANGED = ['baseline', 'patched', 'change'].map(right);

export const changed = (before: number, after: number, unit: 'B' | '' = 'B'): string[] => [
  integer(before),
  integer(after),
  difference(before, after, unit),
];

export function difference(before: number, after: number, unit: 'B' | '' = 'B'): string {
  const size = after - before;
  if (size === 0) return 'same';
  return unit === 'B' ? signedBytes(size) : `${size > 0 ? '+' : ''}${integer(size)}`;
}
