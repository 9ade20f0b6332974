/**
 * What must be put in order before this process ends: processes of ours, locks, temporary folders, files that are half
 * written. Only while there is any, signals are listened to. Else the system ends the process by itself, at once, also in
 * the middle of a long computation, in which no listener would be called.
 */

import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Holder {
  /** Puts it in order at the process' exit, without waiting. Without it, it must be brought to its end. */
  readonly undo?: (() => unknown) | undefined;
  /** Whether it is waited for all the same. */
  readonly wait?: boolean | undefined;
}

/** A turn of the loop in which nothing computed, milliseconds. */
const QUICK_MS = 2;

const holders = new Set<Holder>();
let hooked = false;
let listening = false;
let stop: (() => void) | undefined;
let stopped: (typeof SIGNALS)[number] | undefined;

const onSignal = (signal: (typeof SIGNALS)[number]) => {
  stopped ??= signal;
  stop?.();
};

/** Says what a signal does while something is held; `undefined`: what it does without us, always. */
export function whenStopped(handler: (() => void) | undefined): void {
  stop = handler;
  stopped = undefined;
  listen();
}

function listen(): void {
  const wanted = holders.size > 0 && stop !== undefined;
  if (wanted === listening) return;
  listening = wanted;
  if (wanted) for (const signal of SIGNALS) process.on(signal, onSignal);
  // With those of libraries (signal-exit, which restores the cursor and removes locks): what they do, they do at exit, too.
  else for (const name of process.eventNames()) if (String(name).startsWith('SIG')) process.removeAllListeners(name);
}

/** Something is held from now on. @returns what ends that; a signal that came meanwhile has been told when it resolves. */
export function hold(given: Holder = {}): () => Promise<void> {
  const holder = { ...given };
  holders.add(holder);
  if (!hooked) process.on('exit', undoAll);
  hooked = true;
  listen();
  return async () => {
    if (!holders.delete(holder) || holders.size > 0 || !listening) return;
    await turn();
    // What came in a long turn may not have been told yet, and would be forgotten without a listener.
    while ((await turn()) > QUICK_MS);
    listen();
  };
}

/** A turn of the loop, in which signals that came are told. @returns how long it took, milliseconds. */
async function turn(): Promise<number> {
  const began = performance.now();
  await new Promise((resolve) => setImmediate(resolve));
  return performance.now() - began;
}

function undoAll(): void {
  // What was begun last is in what was begun before: a process in its folder.
  for (const { undo } of [...holders].reverse()) {
    try {
      undo?.();
    } catch {
      // The others, at least.
    }
  }
}

export async function holding<T>(body: () => Promise<T>, undo?: () => unknown): Promise<T> {
  const release = hold({ undo });
  try {
    return await body();
  } finally {
    await release();
  }
}

export const isUnfinished = (): boolean => [...holders].some(({ undo, wait = undo === undefined }) => wait);

export const isStopped = (): boolean => stopped !== undefined;

/** How a process ends that a signal stopped, as shells have it: 128 and the signal's number; 130 after Ctrl-C. */
export const exitCodeOfStop = (): number => 128 + constants.signals[stopped ?? 'SIGINT'];
