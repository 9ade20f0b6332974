import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import type { Tool } from '../../targets/types.ts';
import { PATH, readAnswers, runWorker, whyEnded, workerCommand } from './process.ts';
import type { CountJob, InstructionCounter, Tally } from './types.ts';

const EVENT = 'instructions:u';

/**
 * Counts with the processor's counters, by `perf stat`: user-space instructions of a whole process. It has no marks, so
 * each test takes two processes, one that runs the empty loop twice and one that runs the loop and the test; the
 * difference is the test without its loop. Counters run over a little at interrupts: the spread is part of the result.
 */
export function perf(tool: Tool, prefix: readonly string[]): InstructionCounter {
  return {
    name: 'perf',
    method: `perf stat -e ${EVENT} of ${tool.version}, ${prefix.length > 0 ? 'addresses fixed' : 'addresses as the system gives them'}`,
    count: (job) => countByDifference(job, (file) => [...prefix, ...statCommand(tool, file)]),
  };
}

const statCommand = (tool: Tool, file: string) => [tool.path, 'stat', '-x', ',', '-e', EVENT, '-o', file, '--'];

/** Whether the counters can be used: `undefined` when they can, else why not. */
export async function whyNoCounters(tool: Tool, ctx: Context): Promise<string | undefined> {
  const env = { PATH, LC_ALL: 'C' };
  const { result, count } = await counted(async (file) => {
    const [program = '', ...args] = [...statCommand(tool, file), 'true'];
    return runProcess(program, args, { cwd: path.dirname(file), env, timeoutMs: 10_000, signal: ctx.signal });
  });
  if (typeof count === 'number') return undefined;
  return result.exitCode === 0 ? count : (result.stderr.trim().split('\n').at(-1) ?? count);
}

/** Runs something that `perf stat` writes its count of to a file. @returns why there is none, where there is none. */
const counted = (run: (file: string) => Promise<ProcessResult>) =>
  inTemporaryFolder('forkwright-perf-', async (folder) => {
    const file = path.join(folder, 'counts');
    const result = await run(file);
    return { result, count: readPerfStat(await readFile(file, 'utf8').catch(() => '')) };
  });

/**
 * The count in the output of `perf stat -x,` (perf-stat(1), “CSV FORMAT”: value, unit, event, run time of the counter,
 * percentage of time that it ran, …), or why there is none.
 */
export function readPerfStat(text: string): number | string {
  for (const line of text.split('\n')) {
    const [value = '', , event = '', , running = ''] = line.split(',');
    if (!event.startsWith('instructions')) continue;
    if (!/^\d+$/.test(value)) return `the processor's counters cannot be read here: ${value.replace(/[<>]/g, '')}`;
    // Less than all the time: the value is an extrapolation, as other users share the counter.
    if (running !== '' && Number(running) < 100) return `the counter ran for only ${running}% of the time`;
    return Number(value);
  }
  return 'perf stat printed no count';
}

async function countByDifference(job: CountJob, prefix: (file: string) => readonly string[]): Promise<Tally> {
  const counts = new Map<string, { rounds: number; empty: number; full: number }>();
  const failed = new Map<string, string>();
  for (const test of job.tests) {
    const empty = await runOnce(job, test, 'empty', prefix);
    const full = typeof empty === 'string' ? empty : await runOnce(job, test, 'full', prefix);
    if (typeof empty === 'string' || typeof full === 'string') failed.set(test, String(full));
    // How much the loop itself takes is not known, only what goes beyond it.
    else counts.set(test, { rounds: full.rounds, empty: 0, full: full.count - empty.count });
  }
  return { counts, failed };
}

async function runOnce(
  { interpreter, pybench, divisor, layout, timeoutMs, ctx }: CountJob,
  test: string,
  mode: 'empty' | 'full',
  prefix: (file: string) => readonly string[],
): Promise<{ readonly count: number; readonly rounds: number } | string> {
  const { result, count } = await counted((file) => {
    const worker = workerCommand(interpreter, [pybench, mode, String(divisor), String(layout), test]);
    return runWorker(interpreter, [...prefix(file), ...worker], { layout, timeoutMs, ctx });
  });
  const [said] = readAnswers(result.stdout).said;
  if (said?.error !== undefined) return said.error;
  if (result.exitCode !== 0 || said?.rounds === undefined) return whyEnded(result, timeoutMs);
  return typeof count === 'string' ? count : { count, rounds: said.rounds };
}
