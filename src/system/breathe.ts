import { setImmediate } from 'node:timers/promises';
import { Cancelled } from './diagnostic.ts';

/** How long work computes before it lets anything else in, milliseconds: nobody who presses Ctrl-C notices it. */
const BREATH_MS = 50;

let last = performance.now();

/**
 * For work that computes for long between two reads: lets signals, timers and progress in when it is time for it, and ends
 * work that was stopped. Without it Ctrl-C is heard of only when all is done. Cheap enough for every turn of a loop.
 * @throws Cancelled when `signal` is aborted.
 */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  if (performance.now() - last >= BREATH_MS) {
    await setImmediate();
    last = performance.now();
  }
  if (signal?.aborted) throw new Cancelled();
}

/** Work that computes alone, with a `yield` wherever something else may come in. */
export type Steps<T> = Generator<void, T, void>;

/** @throws Cancelled when `signal` is aborted meanwhile. */
export async function inSteps<T>(steps: Steps<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await breathe(signal);
  }
}

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
