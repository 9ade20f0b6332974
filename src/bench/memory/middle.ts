/** Processes for each figure. */
export const MEMORY_REPEATS = 3;

/** The results of all repeats, or why the first that failed did. */
export async function repeated<T extends object>(once: () => Promise<T | string>): Promise<readonly T[] | string> {
  const runs: T[] = [];
  for (let repeat = 0; repeat < MEMORY_REPEATS; repeat++) {
    const result = await once();
    if (typeof result === 'string') return result;
    runs.push(result);
  }
  return runs;
}

/** The run in the middle by bytes, and how far the largest lies from the smallest when not all are equal. */
export function middleOf<T>(
  runs: readonly T[],
  by: (run: T) => number,
): { readonly middle: T; readonly spread: { readonly spreadBytes?: number } } {
  const sorted = [...runs].sort((a, b) => by(a) - by(b));
  const [low, middle, high] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  if (low === undefined || middle === undefined || high === undefined) throw new Error('no runs');
  const spreadBytes = by(high) - by(low);
  return { middle, spread: spreadBytes === 0 ? {} : { spreadBytes } };
}
