import type { Change } from './changes.ts';

/** As far as both show it: one side's diff may have wider context, or end with the file. */
export function sameContext(a: Change, b: Change): boolean {
  const agree = (x: readonly string[], y: readonly string[]) => x.every((line, i) => i >= y.length || line === y[i]);
  return agree(a.before, b.before) && agree(a.after, b.after);
}

const NEAREST = 3;
/** Of so many characters of words that the lines around two changes have in common, no other place in a file has them. */
const TELLING = 24;

/**
 * Whether two changes stand in like places, by the lines around them.
 * @returns `share`: how much of the nearest lines is the same but for white space, 0 to 1. `samePlace`: all of it is, on
 *   both sides, and it says enough to be found again.
 */
export function placeLikeness(a: Change, b: Change) {
  let [same, all, characters, sides] = [0, 0, 0, 0];
  for (const side of ['before', 'after'] as const) {
    if (a[side].length > 0 && b[side].length > 0) sides++;
    for (let i = 0; i < NEAREST; i++) {
      const [one, other] = [a[side][i]?.trim(), b[side][i]?.trim()];
      if (one === undefined && other === undefined) continue;
      // Empty lines and lone brackets stand around anything.
      const weight = /\w/.test(`${one}${other}`) ? 2 : 1;
      all += weight;
      if (one !== other) continue;
      same += weight;
      characters += one?.match(/\w/g)?.length ?? 0;
    }
  }
  return { share: all === 0 ? 0 : same / all, samePlace: same === all && sides === 2 && characters >= TELLING };
}
