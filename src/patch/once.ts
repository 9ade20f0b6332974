const KNOWN = new WeakMap<object, Map<string, unknown>>();

/** What is worked out of something once, as long as that is kept. @param key tells it from other things of the same. */
export function once<T>(of: object, key: string, make: () => T): T {
  const known = KNOWN.get(of) ?? new Map<string, unknown>();
  KNOWN.set(of, known);
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}
