import type { Change } from './changes.ts';

/** As far as both show it: one side's diff may have wider context, or end with the file. */
export function sameContext(a: Change, b: Change): boolean {
  const agree = (x: readonly string[], y: readonly string[]) => x.every((line, i) => i >= y.length || line === y[i]);
  return agree(a.before, b.before) && agree(a.after, b.after);
}

const NEAREST = 3;

/** How much of the nearest lines around two changes is the same but for white space: 0 to 1. */
export function contextLikeness(a: Change, b: Change): number {
  let [same, all] = [0, 0];
  for (const side of ['before', 'after'] as const) {
    for (let i = 0; i < NEAREST; i++) {
      const [one, other] = [a[side][i]?.trim(), b[side][i]?.trim()];
      if (one === undefined && other === undefined) continue;
      // Empty lines and lone brackets stand around anything.
      const weight = /\w/.test(`${one}${other}`) ? 2 : 1;
      all += weight;
      if (one === other) same += weight;
    }
  }
  return all === 0 ? 0 : same / all;
}
