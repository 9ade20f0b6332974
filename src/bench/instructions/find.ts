import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { installCommand } from '../../targets/install.ts';
import { findTool } from '../../targets/tools.ts';
import type { Tool } from '../../targets/types.ts';
import type { MarkName } from './marks.ts';
import {
  countMarked,
  fixedAddresses,
  type MarkedTool,
  PATH,
  readAnswers,
  runWorker,
  whyEnded,
  workerCommand,
} from './process.ts';
import { type Emulator, qemu } from './qemu.ts';
import type { CounterName, CountJob, InstructionCounter, Tally } from './types.ts';

type FoundCounter =
  | { readonly counter: InstructionCounter }
  | { readonly counter?: undefined; readonly why: string; readonly hint: string };

/**
 * The counter that the user asked for: under an emulator its plugin, whatever was asked for. `auto` prefers callgrind, whose counts repeat to the last instruction, to the
 * processor's counters, which are quicker.
 */
export async function findCounter(
  wanted: Exclude<CounterName, 'qemu'> | 'auto',
  ctx: Context,
  emulator?: Emulator,
): Promise<FoundCounter> {
  const prefix = await fixedAddresses(ctx);
  if (emulator !== undefined) {
    const counter = await qemu(emulator, prefix, ctx);
    if (typeof counter !== 'string') return { counter };
    return {
      why: `guest instructions cannot be counted: ${counter}`,
      hint: 'qemu 6.0 or later with plugins counts them, as Debian and Ubuntu build it, and gcc compiles the plugin',
    };
  }
  const without: string[] = [];
  if (wanted !== 'perf') {
    const valgrind = await findTool('valgrind', ctx);
    if (valgrind !== undefined) return { counter: callgrind(valgrind, prefix) };
    without.push('valgrind is not installed');
  }
  if (wanted !== 'callgrind') {
    const tool = await findTool('perf', ctx);
    const why = tool === undefined ? 'perf is not installed' : await whyNoCounters(tool, ctx);
    if (tool !== undefined && why === undefined) return { counter: perf(tool, prefix) };
    if (why !== undefined) without.push(why);
  }
  return {
    why: `instructions cannot be counted here: ${without.join('; ')}`,
    hint:
      wanted === 'perf'
        ? 'count with --instructions callgrind, or on a machine whose counters can be read (see /proc/sys/kernel/perf_event_paranoid)'
        : `install Valgrind: ${await installCommand(['valgrind'], ctx)}`,
  };
}

/**
 * Counts with Valgrind's callgrind: every instruction of the process, libraries included, at some 140 million a second.
 * The mark is a function of the C library's, whose name every interpreter knows, stripped or not: callgrind writes what it
 * has counted and starts from zero each time the function is entered (`--dump-before`).
 * @param prefix `setarch -R`, where addresses can be fixed.
 */
export function callgrind(valgrind: Tool, prefix: readonly string[]): InstructionCounter {
  const fixed = ['--quiet', '--cache-sim=no', '--branch-sim=no', '--combine-dumps=yes'];
  const begin = [...prefix, valgrind.path, '--tool=callgrind', ...fixed];
  const tool = (mark: MarkName): MarkedTool => ({
    wrap: ({ command }, args, file) => {
      return [...begin, `--dump-before=${mark}`, `--callgrind-out-file=${file}`, '--', ...command, ...args];
    },
    read: readCallgrind,
  });
  return {
    name: 'callgrind',
    method: `callgrind of ${valgrind.version}, ${prefix.length > 0 ? 'addresses fixed' : 'addresses as the system gives them'}`,
    count: (job) => countMarked(job, tool(job.mark)),
  };
}

/** The totals of each part of a callgrind output file (format version 1, one event: Ir). */
export function readCallgrind(text: string): readonly number[] {
  return [...text.matchAll(/^totals: (\d+)$/gm)].map((match) => Number(match[1]));
}

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
