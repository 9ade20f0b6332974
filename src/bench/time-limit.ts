import type { Interpreter } from './types.ts';

/**
 * A time limit that is meant for an interpreter which runs here, as it is for this one.
 * @param ms milliseconds.
 * @returns milliseconds.
 */
export function timeLimit(ms: number, { slowdown = 1 }: Pick<Interpreter, 'slowdown'>): number {
  return ms * slowdown;
}
