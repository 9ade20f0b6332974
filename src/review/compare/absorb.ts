import { alike } from './bag.ts';
import { type Change, together } from './changes.ts';
import type { ChangePair } from './pair-changes.ts';

/** Beyond this many lone changes nobody reads them one by one. */
const MOST = 400;
/** How much more alike two sides must become. */
const GAIN = 0.03;
/** Lines between two changes that may still be one. */
const APART = 8;

export interface Paired {
  readonly pairs: readonly ChangePair[];
  readonly lone: readonly Change[];
}

interface Step {
  readonly pair: ChangePair;
  readonly lone: Change;
  readonly merged: ChangePair;
  readonly gain: number;
}

/**
 * What is one change on one side may be two on the other, with a line between them that stayed. A change that is left
 * alone joins its neighbour in the hunk where that makes the neighbour more like its counterpart.
 */
export function absorb(pairs: readonly ChangePair[], lone: readonly Change[]): Paired {
  if (lone.length > MOST) return { pairs, lone };
  const current = new Set(pairs);
  const left = new Set(lone);
  for (;;) {
    const steps = [...left].flatMap((one) => stepsOf(one, current));
    const best = steps.sort((x, y) => y.gain - x.gain || (x.lone.key < y.lone.key ? -1 : 1))[0];
    if (best === undefined) return { pairs: [...current], lone: [...left] };
    left.delete(best.lone);
    current.delete(best.pair);
    current.add(best.merged);
  }
}

function stepsOf(lone: Change, pairs: ReadonlySet<ChangePair>): readonly Step[] {
  return [...pairs].flatMap((pair) =>
    ([0, 1] as const).flatMap((side): Step[] => {
      const [one, other] = [pair[side], pair[1 - side]];
      if (other === undefined || !neighbours(one, lone)) return [];
      const merged = one.start < lone.start ? together(one, lone) : together(lone, one);
      const gain = alike(merged.bag, other.bag) - alike(one.bag, other.bag);
      return gain > GAIN ? [{ pair, lone, merged: side === 0 ? [merged, other] : [other, merged], gain }] : [];
    }),
  );
}

/** Whether nothing else was changed between two changes of a hunk. */
function neighbours(one: Change, other: Change): boolean {
  if (one.source !== other.source) return false;
  const [first, second] = one.start < other.start ? [one, other] : [other, one];
  if (second.start - first.end > APART || second.start < first.end) return false;
  return one.source.rows.slice(first.end, second.start).every(({ kind }) => kind === 'context');
}
