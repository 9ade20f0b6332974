import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Cancelled } from './diagnostic.ts';
import { endGroup, endLeftovers, LEADS_GROUP, trackGroup } from './process-group.ts';

export interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** After this many milliseconds the whole process group is ended. Every process has a limit. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Appends stdout and stderr to this file as raw descriptors: a daemon that inherits them cannot hold the step open. */
  readonly logFile?: string | undefined;
  /** Text for stdin; without it stdin is empty. */
  readonly input?: string | undefined;
  /** How stdout and stderr are decoded: `latin1` keeps bytes. */
  readonly encoding?: 'utf8' | 'latin1' | undefined;
  /** On Windows: the arguments stand in the command line as they are, for programs that split it in their own way (cmd.exe). */
  readonly verbatim?: boolean | undefined;
  /** Bytes of each stream that are kept; the rest ends the process as an error. Default 256 MiB. */
  readonly maxBuffer?: number | undefined;
}

/** How a process ended. A failing exit code is a value, not an exception. */
export interface ProcessResult {
  readonly command: readonly string[];
  /** `undefined` when it did not exit by itself. */
  readonly exitCode: number | undefined;
  readonly exitSignal: string | undefined;
  readonly timedOut: boolean;
  /** The program is not there or may not be run. */
  readonly notFound: boolean;
  /** Empty when a log file was given. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** How long a process's pipes are read on when it and its group have ended. */
const PIPE_GRACE_MS = 3000;

/**
 * The only place that starts processes (with `session.ts` for those that are talked to).
 * Each process leads its own group; the group, grandchildren included, ends with it, at the time limit, or on abort.
 * @throws Cancelled when `signal` is aborted.
 */
export async function runProcess(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  // Loaded with the first process: commands that start none answer sooner.
  const { execa } = await import('execa');
  if (options.signal?.aborted) throw new Cancelled();
  const started = performance.now();
  let log: number | undefined;
  if (options.logFile !== undefined) {
    await mkdir(path.dirname(options.logFile), { recursive: true });
    log = openSync(options.logFile, 'a');
  }
  // execa's types know only the descriptors 1 - 9; any open one works, and goes to the child as it is.
  const output = (log ?? 'pipe') as 'pipe';
  const child = execa(file, [...args], {
    cwd: options.cwd,
    env: options.env as Record<string, string>,
    extendEnv: false,
    detached: LEADS_GROUP,
    windowsVerbatimArguments: options.verbatim ?? false,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
    encoding: options.encoding ?? 'utf8',
    maxBuffer: options.maxBuffer ?? 256 * 1024 * 1024,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    stdout: output,
    stderr: output,
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  const untrack = trackGroup(child.pid);
  let closePipes: NodeJS.Timeout | undefined;
  // What a finished process leaves behind would hold its pipes open, and the step with them.
  child.nodeChildProcess.once('exit', () => {
    void endLeftovers(child.pid);
    // What has left the group holds them on: what it would still say is nobody's.
    closePipes = setTimeout(() => {
      child.nodeChildProcess.stdout?.destroy();
      child.nodeChildProcess.stderr?.destroy();
    }, PIPE_GRACE_MS);
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void endGroup(child.pid);
  }, options.timeoutMs);
  const onAbort = () => void endGroup(child.pid);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const result = await child;
    if (options.signal?.aborted) throw new Cancelled();
    const code = (result as { code?: string }).code;
    return {
      command: [file, ...args],
      exitCode: result.exitCode,
      exitSignal: result.signal,
      timedOut,
      notFound: code === 'ENOENT' || code === 'EACCES',
      stdout: result.stdout ?? '',
      stderr: result.stderr ?? '',
      durationMs: Math.round(performance.now() - started),
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(closePipes);
    options.signal?.removeEventListener('abort', onAbort);
    await endLeftovers(child.pid);
    await untrack();
    if (log !== undefined) closeSync(log);
  }
}
