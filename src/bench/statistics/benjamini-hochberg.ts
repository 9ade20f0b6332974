/**
 * Adjusted p values, in the order given: calling those at or under 0.05 changed keeps the expected share of false calls
 * at or under 5% (Benjamini and Hochberg 1995; under the positive correlation of tests that share a process:
 * Benjamini and Yekutieli 2001).
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const descending = ps.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const result = new Array<number>(ps.length).fill(1);
  let smallest = 1;
  descending.forEach(({ p, index }, place) => {
    smallest = Math.min(smallest, (p * ps.length) / (ps.length - place));
    result[index] = smallest;
  });
  return result;
}
