import type { Socket } from 'node:net';
import { Cancelled } from './diagnostic.ts';
import { hold } from './held.ts';
import type { ProcessOptions } from './process.ts';
import { endGroup, LEADS_GROUP, signalGroup } from './process-group.ts';

/** It may have to write down what it knows. */
const LEAVE_MS = 10_000;

export interface BackgroundOptions extends Pick<ProcessOptions, 'cwd' | 'env' | 'signal'> {
  /** What tells it to leave, with all that it serves. Default SIGTERM. */
  readonly ending?: NodeJS.Signals | undefined;
  /**
   * A command that ends it should this process be gone without a word, killed: something waits for that, and runs it. Not
   * on Windows.
   */
  readonly afterDeath?: readonly string[] | undefined;
}

export interface Background {
  readonly pid: number;
  /** Whether it has left, or was never there. */
  ended(): boolean;
  /** Ends its group. Safe to call twice. */
  end(): Promise<void>;
}

/**
 * Starts a server: without input and output, in a group of its own, which is told to leave when this process does. Unlike
 * those of `runProcess` it has no time limit, as it does no work of its own, and this process does not wait for it.
 */
export async function startBackground(
  file: string,
  args: readonly string[],
  { ending = 'SIGTERM', afterDeath, ...options }: BackgroundOptions,
): Promise<Background> {
  const { execa } = await import('execa');
  if (options.signal?.aborted) throw new Cancelled();
  const own = { cwd: options.cwd, env: options.env as Record<string, string>, extendEnv: false } as const;
  const common = { ...own, detached: LEADS_GROUP, cleanup: false, reject: false } as const;
  const child = execa(file, [...args], { ...common, stdio: 'ignore' });
  child.nodeChildProcess.unref();
  const { pid } = child;
  let ended = pid === undefined;
  let stopWaiting = () => {};
  if (afterDeath !== undefined && !ended && LEADS_GROUP) {
    // Nobody writes to it, so it has read all when the last end that could is closed: with this process, however that ends.
    const script = ['-c', 'read -r nothing; exec "$@"', 'sh', ...afterDeath];
    const waiting = execa('/bin/sh', script, { ...common, stdio: ['pipe', 'ignore', 'ignore'] });
    waiting.nodeChildProcess.unref();
    (waiting.stdin as Socket).unref();
    waiting.catch(() => {});
    stopWaiting = () => {
      if (waiting.pid !== undefined) signalGroup(waiting.pid, 'SIGKILL');
    };
  }
  const undo = () => {
    stopWaiting();
    if (pid !== undefined && !ended) signalGroup(pid, ending);
  };
  const release = hold({ undo });
  const over = () => {
    void release();
    ended = true;
    stopWaiting();
  };
  child.then(over, over);
  return {
    pid: pid ?? -1,
    ended: () => ended,
    async end() {
      if (!ended && pid !== undefined && signalGroup(pid, ending)) {
        const deadline = performance.now() + LEAVE_MS;
        while (!ended && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await endGroup(pid);
      over();
    },
  };
}
