import { mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { packageVersion } from '../system/assets.ts';
import { cacheFolder, markCache } from '../system/cache-folder.ts';
import { Cancelled, type Diagnostic, UserError } from '../system/diagnostic.ts';
import type { Event } from '../system/events.ts';
import { fileProblem } from '../system/files.ts';
import { exitCodeOfStop, isUnfinished, whenStopped } from '../system/held.ts';
import { openTerminal, type Terminal } from '../system/terminal.ts';
import type { WorkContext } from '../work/request.ts';
import type { SharedOptions } from './options.ts';
import type { ProgressRenderer } from './progress/plain.ts';

/** What a command answers: 0 yes or done, 1 no, 2 this machine could not say, 3 done, and not all of it is proven. */
export interface Outcome {
  readonly exitCode: 0 | 1 | 2 | 3;
  /** The result for machines: the last line of `--json`. */
  readonly data: unknown;
  /** The result for people, for stdout: a text, or the bytes of a patch. */
  readonly text: string | Uint8Array;
  /** Something was written that stays: it is said even of work that was stopped meanwhile. */
  readonly written?: boolean;
}

export interface CommandContext extends WorkContext {
  readonly terminal: Terminal;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

const EXIT_BUG = 70;

async function progressFor(terminal: Terminal, options: SharedOptions): Promise<ProgressRenderer> {
  if (options.json) return { handle: (event) => terminal.out(`${JSON.stringify(event)}\n`), close: async () => {} };
  if (terminal.redraws && !options.quiet && !options.verbose) {
    const { listrProgress } = await import('./progress/listr.ts');
    return listrProgress(terminal);
  }
  const { plainProgress } = await import('./progress/plain.ts');
  return plainProgress(terminal, { quiet: options.quiet ?? false, verbose: options.verbose ?? false });
}

/**
 * Runs a command's body and ends with the right exit code: prints its result, or what went wrong, never a stack trace.
 * Ctrl-C (and SIGTERM, SIGHUP) ends the process at once, by itself, where nothing is held (`held.ts`). Else it aborts the
 * context's signal, which ends every process of the work. What does not listen to it is left to itself as soon as no
 * process of ours runs any more; a second Ctrl-C leaves at once.
 */
export async function execute(
  name: string,
  options: SharedOptions,
  body: (ctx: CommandContext) => Promise<Outcome>,
): Promise<void> {
  const terminal = openTerminal();
  const abort = new AbortController();
  let stoppedAt: number | undefined;
  const onSignal = () => {
    // An impatient second press comes within the moment that putting things in order takes; a later one is meant.
    if (stoppedAt !== undefined && performance.now() - stoppedAt > 1000) process.exit(exitCodeOfStop());
    if (stoppedAt !== undefined) return;
    stoppedAt = performance.now();
    process.exitCode = exitCodeOfStop();
    abort.abort();
    // Who waits for what a person types, or for a pipe, waits no more.
    process.stdin.destroy();
    leaveWhenIdle();
  };
  whenStopped(onSignal);
  const progress = await progressFor(terminal, options);
  const emit = (event: Event) => progress.handle(event);
  const ctx: CommandContext = {
    emit,
    signal: abort.signal,
    cacheDir: options.cache === undefined ? cacheFolder(process.env) : path.resolve(options.cache),
    jobs: options.jobs ?? availableParallelism(),
    env: process.env,
    terminal,
    verbose: options.verbose ?? false,
    quiet: options.quiet ?? false,
    json: options.json ?? false,
    commandLine: ['forkwright', ...process.argv.slice(2)],
  };
  markCache(ctx.cacheDir);
  process.exitCode = await finish(name, options, terminal, progress, abort.signal, () => body(ctx));
  whenStopped(undefined);
}

/** How long what was stopped may put things in order when none of its processes runs any more, milliseconds. */
const ORDER_MS = 1000;

/** Ends this process when the work does not end by itself: locks and groups of processes go with it. */
function leaveWhenIdle(): void {
  let idleSince = performance.now();
  const timer = setInterval(() => {
    if (isUnfinished()) idleSince = performance.now();
    else if (performance.now() - idleSince > ORDER_MS) process.exit(exitCodeOfStop());
  }, 100);
  timer.unref();
}

async function finish(
  name: string,
  options: SharedOptions,
  terminal: Terminal,
  progress: ProgressRenderer,
  signal: AbortSignal,
  body: () => Promise<Outcome>,
): Promise<number> {
  const say = (diagnostics: readonly Diagnostic[]) => {
    for (const diagnostic of diagnostics) progress.handle({ type: 'diagnostic', severity: 'error', diagnostic });
  };
  const end = async (exitCode: number, data: unknown = undefined) => {
    await progress.close();
    if (options.json) terminal.out(`${JSON.stringify({ type: 'result', command: name, exitCode, data })}\n`);
    return exitCode;
  };
  try {
    const outcome = await body();
    if (signal.aborted && !outcome.written) throw new Cancelled();
    const exitCode = signal.aborted ? exitCodeOfStop() : outcome.exitCode;
    await end(exitCode, outcome.data);
    if (!options.json && outcome.text.length > 0) {
      terminal.out(outcome.text);
      if (typeof outcome.text === 'string' && !outcome.text.endsWith('\n')) terminal.out('\n');
    }
    return exitCode;
  } catch (error) {
    if (error instanceof Cancelled || signal.aborted) {
      // What fails because it was stopped is no failure.
      const { message } = error instanceof Cancelled ? error : new Cancelled();
      progress.handle({ type: 'message', level: 'warning', text: message });
      return end(exitCodeOfStop());
    }
    const known = error instanceof UserError ? error : fileProblem(error, `finish "forkwright ${name}"`);
    if (known !== undefined) {
      say(known.diagnostics);
      return end(known.exitCode);
    }
    say([bugReport(name, error)]);
    return end(EXIT_BUG);
  }
}

function bugReport(name: string, error: unknown): Diagnostic {
  const what = error instanceof Error ? error.message : String(error);
  const report = [
    `forkwright ${packageVersion()}, node ${process.version}, ${process.platform} ${process.arch}`,
    `command: ${name} ${process.argv.slice(3).join(' ')}`,
    error instanceof Error ? (error.stack ?? error.message) : String(error),
  ].join('\n');
  let file: string | undefined;
  try {
    file = path.join(mkdtempSync(path.join(tmpdir(), 'forkwright-bug-')), 'report.txt');
    writeFileSync(file, `${report}\n`);
  } catch {
    file = undefined; // Even the temporary folder cannot be written: say it without.
  }
  return {
    code: 'cli/bug',
    message: `this is a bug in Forkwright: ${what}`,
    hint: file === undefined ? 'report it with the command that you typed' : `report it with the file ${file}`,
  };
}
