import { canonicalJson } from '../system/hash.ts';
import type { Interpreter } from './types.ts';

/**
 * Does something with an interpreter, or takes the result from another run that has done the same with the same interpreter.
 * @param what says what is done, with everything that the result depends on beside the interpreter.
 */
export type Once = <T>(interpreter: Interpreter, what: readonly unknown[], body: () => Promise<T>) => Promise<T>;

export const eachTime: Once = (_, __, body) => body();

/** For runs that have interpreters in common: what has failed is tried again. */
export function remembered(): Once {
  const known = new Map<string, Promise<unknown>>();
  return <T>({ buildKey, command, env }: Interpreter, what: readonly unknown[], body: () => Promise<T>) => {
    const key = canonicalJson([buildKey, command, env, what]);
    const before = known.get(key) as Promise<T> | undefined;
    if (before !== undefined) return before;
    const made = body();
    known.set(key, made);
    made.catch(() => known.delete(key));
    return made;
  };
}
