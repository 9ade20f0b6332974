import { tmpdir } from 'node:os';
import { z } from 'zod';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import { parseJson } from '../../system/json.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import type { Interpreter } from '../types.ts';
import type { CountJob } from './types.ts';

/** Where the tools are that processes of a measurement may need: the same for all. */
export const PATH = '/usr/local/bin:/usr/bin:/bin';

/** What an interpreter is given to run `instructions.py` with `args`. */
export function workerArguments(args: readonly string[]): readonly string[] {
  return [assetPath('bench/instructions.py'), ...args];
}

/** The command of an interpreter that runs `instructions.py` with `args`. */
export function workerCommand(interpreter: Interpreter, args: readonly string[]): readonly string[] {
  return [...interpreter.command, ...workerArguments(args)];
}

/**
 * Runs a command with the environment of `interpreter`, with nothing in it that differs from one process to the next.
 * @param options `writePyc` lets the start of the interpreter write its .pyc files.
 */
export async function runWorker(
  interpreter: Interpreter,
  command: readonly string[],
  options: Pick<CountJob, 'layout' | 'timeoutMs' | 'ctx'> & { readonly writePyc?: boolean },
): Promise<ProcessResult> {
  const [file = '', ...args] = command;
  return runProcess(file, args, {
    cwd: tmpdir(),
    env: {
      PATH,
      LC_ALL: 'C',
      ...interpreter.env,
      PYTHONHASHSEED: String(options.layout),
      PYTHONNOUSERSITE: '1',
      ...(options.writePyc ? {} : { PYTHONDONTWRITEBYTECODE: '1' }),
    },
    timeoutMs: options.timeoutMs,
    signal: options.ctx.signal,
  });
}

/** `setarch -R` where it works: it is missing outside Linux, and containers may forbid it. */
export async function fixedAddresses(ctx: Context): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const options = { cwd: tmpdir(), env: { PATH }, timeoutMs: 10_000, signal: ctx.signal };
  return (await runProcess('setarch', ['-R', 'true'], options)).exitCode === 0 ? ['setarch', '-R'] : [];
}

const line = z.union([
  z.object({ begin: z.string() }),
  z.object({ test: z.string(), marked: z.boolean(), rounds: z.number() }),
  z.object({ test: z.string(), marked: z.boolean(), error: z.string() }),
]);

/** What the worker said of one test. */
export interface Said {
  readonly test: string;
  /** Absent when it failed. */
  readonly rounds?: number | undefined;
  readonly error?: string | undefined;
  /** Its three marks were made. */
  readonly marked: boolean;
}

/** The worker's answers in their order, and the test in which the process ended, if it ended in one. */
export function readAnswers(stdout: string): { readonly said: readonly Said[]; readonly endedIn?: string | undefined } {
  const said: Said[] = [];
  let endedIn: string | undefined;
  for (const text of stdout.split('\n')) {
    const { data } = parseJson(text, line);
    // The last line of a process that crashed is none.
    if (data === undefined) continue;
    if ('begin' in data) endedIn = data.begin;
    else {
      said.push(data);
      endedIn = undefined;
    }
  }
  return { said, endedIn };
}

/** Why a process did not end well, in a few words. */
export function whyEnded(result: ProcessResult, timeoutMs: number): string {
  if (result.notFound) return `${result.command[0]} cannot be started`;
  if (result.timedOut) return `not done within ${timeoutMs / 1000} s`;
  const words = result.stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  const how =
    result.exitSignal === undefined ? `ended with exit code ${result.exitCode}` : `ended by ${result.exitSignal}`;
  return words === '' ? how : `${how}: ${words}`;
}
