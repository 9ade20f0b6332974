import type { Variant } from '../builds/types.ts';
import { createRandom, shuffled } from './random.ts';

export interface Turn {
  readonly test: string;
  /** From 1. */
  readonly position: number;
  readonly blocks: readonly Variant[];
  /** The blocks as letters: A baseline, B patched, C control. `ABBA`, `BAAB`, `CABBAC`. */
  readonly order: string;
}

/** What a pair of processes does: a pure function of seed and number, so a resumed run does what it would have done. */
export interface PairSchedule {
  readonly pair: number;
  /** PYTHONHASHSEED of all workers of the pair, 1 … 2³² − 1: 0 would switch the randomisation off. */
  readonly hashSeed: number;
  readonly turns: readonly Turn[];
}

export const LETTERS = { baseline: 'A', patched: 'B', control: 'C' } as const satisfies Record<Variant, string>;

/**
 * The schedule of one pair: tests shuffled; for each test the variants in random order and then mirrored (ABBA or BAAB,
 * with a control CABBAC and so on), so that a drift of the machine that is linear over the turn cancels out.
 * @param pair from 1.
 * @param repeats how many times the mirrored sequence of each test runs, each time with its own random order.
 */
export function schedulePair(
  seed: number,
  pair: number,
  tests: readonly string[],
  variants: readonly Variant[],
  repeats: Readonly<Record<string, number>>,
): PairSchedule {
  const random = createRandom(seed, pair);
  const hashSeed = 1 + random.below(2 ** 32 - 1);
  const turns = shuffled(tests, random).map((test, index) => {
    const blocks: Variant[] = [];
    for (let i = 0; i < (repeats[test] ?? 1); i++) {
      const order = shuffled(variants, random);
      blocks.push(...order, ...order.toReversed());
    }
    return { test, position: index + 1, blocks, order: blocks.map((variant) => LETTERS[variant]).join('') };
  });
  return { pair, hashSeed, turns };
}
