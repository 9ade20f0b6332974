import type { RunRecord } from '../run/types.ts';

/** Replaced when the table lands. */
export function renderPybench(_record: RunRecord): string {
  return '';
}
