import type { Variant } from '../builds/types.ts';
import { createRandom, type Random, shuffled } from './random.ts';
import type { Measured } from './types.ts';

export interface Turn {
  readonly test: string;
  /** From 1. */
  readonly position: number;
  readonly blocks: readonly Measured[];
  /** The blocks as letters: A baseline, B patched, C control, D the second of several patched. `ABBA`, `BAAB`, `CABBAC`. */
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

/** Of further variants, from D on: no more are measured at once than a sweep may have. */
const MORE = [...'DEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789αβγδεζηθ'];

export function letterOf(variant: Measured): string {
  if (variant === 'baseline' || variant === 'patched' || variant === 'control') return LETTERS[variant];
  return MORE[Number(variant.slice('patched-'.length)) - 2] ?? '?';
}

/**
 * The order of each repeat, before it is mirrored. Two or three variants are shuffled anew each time. More are put into a
 * random order once, from which each repeat takes the next row of a balanced square (Williams 1949, "Experimental designs
 * balanced for the estimation of residual effects of treatments"): over as many repeats as variants each is at each place
 * once, and next to each other one equally often. The order being drawn, any two variants are exchangeable, as the sign-flip test wants.
 */
function ordersOf(variants: readonly Measured[], repeats: number, random: Random): readonly (readonly Measured[])[] {
  if (variants.length <= 3) return Array.from({ length: repeats }, () => shuffled(variants, random));
  const drawn = shuffled(variants, random);
  const n = drawn.length;
  return Array.from({ length: repeats }, (_, row) =>
    drawn.map((_, i) => drawn[((i % 2 === 1 ? (i + 1) / 2 : n - i / 2) + row) % n] as Measured),
  );
}

/**
 * The schedule of one pair (of one process a variant): tests shuffled; for each test the variants in random order and then mirrored (ABBA or BAAB,
 * with a control CABBAC and so on), so that a drift of the machine that is linear over the turn cancels out.
 * @param pair from 1.
 * @param repeats how many times the mirrored sequence of each test runs, each time with its own random order.
 */
export function schedulePair(
  seed: number,
  pair: number,
  tests: readonly string[],
  variants: readonly Measured[],
  repeats: Readonly<Record<string, number>>,
): PairSchedule {
  const random = createRandom(seed, pair);
  const hashSeed = 1 + random.below(2 ** 32 - 1);
  const turns = shuffled(tests, random).map((test, index) => {
    const orders = ordersOf(variants, repeats[test] ?? 1, random);
    const blocks = orders.flatMap((order) => [...order, ...order.toReversed()]);
    return { test, position: index + 1, blocks, order: blocks.map(letterOf).join('') };
  });
  return { pair, hashSeed, turns };
}
