import { execa } from 'execa';
import { Cancelled } from './diagnostic.ts';
import type { ProcessOptions } from './process.ts';
import { endGroup, endLeftovers, LEADS_GROUP, trackGroup } from './process-group.ts';

/** A process that is talked to line by line over stdin and stdout: a benchmark worker. */
export interface Session {
  readonly pid: number;
  send(line: string): void;
  /**
   * The next line of stdout, without its end.
   * @returns `undefined` when the process has closed stdout.
   * @throws SessionTimeout after `timeoutMs`; the process still runs then, so `end` it.
   * @throws Cancelled when the work is stopped.
   */
  nextLine(timeoutMs: number): Promise<string | undefined>;
  /** What it has written to stderr so far (the last 64 KiB). */
  stderr(): string;
  /** How the process ended; `undefined` while it runs. A signal says that it crashed, or that it was ended here. */
  ended(): { readonly exitCode: number | undefined; readonly exitSignal: string | undefined } | undefined;
  /** Closes stdin, waits a moment for the process to leave, then ends its group. Safe to call twice. */
  end(): Promise<void>;
}

export class SessionTimeout extends Error {}

const KEPT_STDERR = 64 * 1024;

/** Starts a process in its own group and talks to it. `options.timeoutMs` limits its whole life. */
export function startSession(
  file: string,
  args: readonly string[],
  options: Omit<ProcessOptions, 'logFile' | 'input'>,
): Session {
  if (options.signal?.aborted) throw new Cancelled();
  const child = execa(file, [...args], {
    cwd: options.cwd,
    env: options.env as Record<string, string>,
    extendEnv: false,
    detached: LEADS_GROUP,
    cleanup: false,
    reject: false,
    buffer: false,
    stdio: 'pipe',
  });
  const untrack = trackGroup(child.pid);
  const lines: string[] = [];
  let partial = '';
  let closed = false;
  let errors = '';
  let wake: (() => void) | undefined;
  const notify = () => {
    wake?.();
    wake = undefined;
  };
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    const parts = (partial + chunk).split('\n');
    partial = parts.pop() ?? '';
    for (const part of parts) lines.push(part.replace(/\r$/, ''));
    notify();
  });
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-KEPT_STDERR);
  });
  child.stdin.on('error', () => {}); // EPIPE: the process is gone, which nextLine reports.
  let end: { exitCode: number | undefined; exitSignal: string | undefined } | undefined;
  const over = (result?: { readonly exitCode?: number | undefined; readonly signal?: string | undefined }) => {
    if (result !== undefined) end = { exitCode: result.exitCode, exitSignal: result.signal };
    closed = true;
    notify();
  };
  const gone = child.then(over, () => over());
  const timer = setTimeout(() => void endGroup(child.pid), options.timeoutMs);
  const onAbort = () => {
    void endGroup(child.pid);
    notify();
  };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  return {
    pid: child.pid ?? -1,
    send: (line) => {
      if (!closed) child.stdin.write(`${line}\n`);
    },
    async nextLine(timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        if (options.signal?.aborted) throw new Cancelled();
        const line = lines.shift();
        if (line !== undefined) return line;
        if (closed) return undefined;
        const left = deadline - performance.now();
        if (left <= 0) throw new SessionTimeout(`no answer within ${timeoutMs} ms`);
        await new Promise<void>((resolve) => {
          const limit = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(limit);
            resolve();
          };
        });
      }
    },
    stderr: () => errors,
    ended: () => end,
    async end() {
      child.stdin.end();
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 500))]);
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      await (closed ? endLeftovers(child.pid) : endGroup(child.pid, 1000));
      await gone;
      await untrack();
    },
  };
}
