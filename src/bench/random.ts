/**
 * A small seeded generator: equal seeds give equal schedules and equal resamples on every machine, for ever.
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021),
 * its state filled by splitmix32. Not for secrets.
 */
export interface Random {
  /** An integer in 0 … 2³² − 1. */
  uint32(): number;
  /** A number in [0, 1), 32 bits fine. */
  float(): number;
  /** An integer in 0 … `limit` − 1; `limit` at most 2³² − 1. */
  below(limit: number): number;
}

/** A generator of its own for every list of seeds: `createRandom(seed, pair)` needs no history of earlier pairs. */
export function createRandom(...seeds: readonly number[]): Random {
  let mix = 0;
  const splitmix = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  for (const seed of seeds) {
    mix ^= seed | 0;
    mix = splitmix() | 0;
  }
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix() | 1; // The all-zero state is the one that stands still.
  const uint32 = () => {
    const x = Math.imul(b, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const float = () => uint32() / 2 ** 32;
  return { uint32, float, below: (limit) => Math.floor(float() * limit) };
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
