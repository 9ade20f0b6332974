/** Of the control's link: any number does, as long as it is the same everywhere. */
export const CONTROL_SEED = 1;

/** A copy in another order, the same for the same seed on every machine (Fisher and Yates; Park and Miller's generator). */
export function shuffledBy<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = (Math.abs(seed) % 2147483646) + 1;
  for (let i = result.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
