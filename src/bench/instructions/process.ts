import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { assetPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { parseJson } from '../../system/json.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import type { Interpreter } from '../types.ts';
import type { CountJob, Tally } from './types.ts';

/** Where the tools are that processes of a measurement may need: the same for all. */
export const PATH = '/usr/local/bin:/usr/bin:/bin';

const workerArguments = (args: readonly string[]) => [assetPath('bench/instructions.py'), ...args];
export const workerCommand = ({ command }: Interpreter, args: readonly string[]): readonly string[] => [
  ...command,
  ...workerArguments(args),
];

/**
 * Runs a command with the environment of `interpreter`, with nothing in it that differs from one process to the next.
 * @param options `writePyc` lets the start of the interpreter write its .pyc files.
 */
export async function runWorker(
  interpreter: Interpreter,
  command: readonly string[],
  options: Pick<CountJob, 'layout' | 'timeoutMs' | 'ctx'> & { readonly writePyc?: boolean },
): Promise<ProcessResult> {
  const { layout, timeoutMs, ctx, writePyc } = options;
  const [file = '', ...args] = command;
  const fixed = { PYTHONHASHSEED: String(layout), PYTHONNOUSERSITE: '1' };
  const bytecode = writePyc ? {} : { PYTHONDONTWRITEBYTECODE: '1' };
  const env = { PATH, LC_ALL: 'C', ...interpreter.env, ...fixed, ...bytecode };
  return runProcess(file, args, { cwd: tmpdir(), env, timeoutMs, signal: ctx.signal });
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

interface Said {
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

export function whyEnded(result: ProcessResult, timeoutMs: number): string {
  if (result.notFound) return `${result.command[0]} cannot be started`;
  if (result.timedOut) return `not done within ${timeoutMs / 1000} s`;
  const words = result.stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  const how =
    result.exitSignal === undefined ? `ended with exit code ${result.exitCode}` : `ended by ${result.exitSignal}`;
  return words === '' ? how : `${how}: ${words}`;
}

export interface MarkedTool {
  /** The command that runs an interpreter with `args` under the tool, which writes to `file`. */
  wrap(interpreter: Interpreter, args: readonly string[], file: string): readonly string[];
  /** From what it wrote: the instructions before the first mark, between each two, and after the last. */
  read(text: string): readonly number[];
}

/**
 * Counts all tests in one process, which marks where each begins and ends. A test in which the process dies is told as
 * failed, and the others are counted in a process of their own.
 */
export async function countMarked(job: CountJob, tool: MarkedTool): Promise<Tally> {
  const counts = new Map<string, { rounds: number; empty: number; full: number }>();
  const failed = new Map<string, string>();
  let left = job.tests;
  while (left.length > 0) {
    const { said, between, endedIn, why } = await runOnce(job, tool, left);
    // Three marks a test: `between` begins with what came before the first mark.
    let at = 1;
    for (const { test, rounds, error, marked } of said) {
      const [empty, full] = [between[at], between[at + 1]];
      if (marked) at += 3;
      if (rounds === undefined) failed.set(test, error ?? 'failed');
      else if (empty === undefined || full === undefined) failed.set(test, `its marks were not seen: ${why}`);
      else counts.set(test, { rounds, empty, full });
    }
    if (endedIn !== undefined) failed.set(endedIn, why);
    const before = left.length;
    left = left.filter((test) => !counts.has(test) && !failed.has(test));
    if (left.length === before) {
      for (const test of left) failed.set(test, why);
      left = [];
    }
  }
  return { counts, failed };
}

async function runOnce(job: CountJob, tool: MarkedTool, tests: readonly string[]) {
  const { interpreter, pybench, divisor, layout, timeoutMs, ctx } = job;
  return inTemporaryFolder('forkwright-instructions-', async (folder) => {
    const file = path.join(folder, 'counts');
    const worker = workerArguments([pybench, 'marked', String(divisor), String(layout), ...tests]);
    const result = await runWorker(interpreter, tool.wrap(interpreter, worker, file), { layout, timeoutMs, ctx });
    const written = await readFile(file, 'latin1').catch(() => '');
    return { ...readAnswers(result.stdout), between: tool.read(written), why: whyEnded(result, timeoutMs) };
  });
}
