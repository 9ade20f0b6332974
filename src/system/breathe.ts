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
