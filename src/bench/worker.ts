import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { assetPath } from '../system/assets.ts';
import type { Context } from '../system/context.ts';
import { usableCpus } from '../system/cpus.ts';
import { UserError } from '../system/diagnostic.ts';
import type { Frozen } from '../system/frozen.ts';
import { parseJson } from '../system/json.ts';
import { runProcess } from '../system/process.ts';
import { type Session, SessionTimeout, startSession } from '../system/session.ts';
import { workerFactsSchema } from './samples/schema.ts';
import type { PreparedSuite } from './suites/suite.ts';
import { type Interpreter, type Measured, timeLimit, type WorkerFacts } from './types.ts';

/** Seconds of CPU and wall time that a block took, and its empty loop just before; bytes of a test in a process of its own. */
const spentSchema = z.object({
  ...{ cpu: z.number(), wall: z.number(), emptyCpu: z.number(), emptyWall: z.number() },
  ...{ peakRss: z.number().optional(), pss: z.number().optional() },
});
export type Spent = Readonly<z.infer<typeof spentSchema>>;

/** What a worker has to offer; `broken`: modules (or test classes) that could not be loaded, and why. */
export const workerTestsSchema = z.object({
  tests: z.array(z.string()),
  rounds: z.record(z.string(), z.number()),
  operations: z.record(z.string(), z.number()),
  broken: z.record(z.string(), z.string()),
});
type WorkerTests = Frozen<z.infer<typeof workerTestsSchema>>;

export interface Worker {
  readonly facts: WorkerFacts;
  list(): Promise<WorkerTests>;
  /** @throws TestFailed, WorkerLost */
  run(command: 'warm' | 'block', test: string, loops: number): Promise<Spent>;
  end(): Promise<void>;
}

/** The test raised an exception; the worker lives. */
export class TestFailed extends Error {}

/** The worker crashed or does not answer: it must be ended and started anew. */
export class WorkerLost extends Error {
  readonly hung: boolean;

  constructor(message: string, hung: boolean) {
    super(message);
    this.hung = hung;
  }
}

interface WorkerOptions {
  readonly interpreter: Interpreter<Measured>;
  readonly suite: PreparedSuite;
  readonly hashSeed: number;
  readonly pinning: Pinning | undefined;
  /** A slowdown planted for a self-test, as a fraction. */
  readonly stretch: number;
  /** For one answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Longer than any pair takes; each answer has its own, much shorter limit. */
const LIFE_MS = 12 * 3600_000;
const START_MS = 120_000;
/** A suite may have to start a hundred scripts to know their benchmarks, each of which it gives a limit of its own. */
const LIST_MS = 1800_000;
const STDERR_LINES = 5;

const answerSchema = z.union([spentSchema, z.object({ error: z.string() })]);

/**
 * Starts a worker and waits for its greeting.
 * @throws UserError when the interpreter does not start or is not the one that it should be.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { interpreter, timeoutMs, suite } = options;
  const { worker = 'bench/worker.py' } = suite;
  const startMs = Math.max(timeLimit(START_MS, interpreter), timeoutMs);
  const command = [...(options.pinning?.prefix ?? []), ...interpreter.command, assetPath(worker)];
  const [file = '', ...args] = [...command, ...suite.args];
  if (options.stretch !== 0) args.push('--stretch', String(options.stretch));
  // The same variables for every variant; the interpreter's own come from its runner.
  const fixed = { PYTHONDONTWRITEBYTECODE: '1', PYTHONNOUSERSITE: '1' };
  const session = startSession(file, args, {
    cwd: tmpdir(),
    env: { LC_ALL: 'C', ...interpreter.env, ...fixed, PYTHONHASHSEED: String(options.hashSeed) },
    timeoutMs: LIFE_MS,
    signal: options.signal,
  });
  const next = answersOf(session);
  try {
    const facts = await next(workerFactsSchema, startMs);
    return {
      facts,
      list() {
        session.send('list');
        return next(workerTestsSchema, timeLimit(LIST_MS, interpreter));
      },
      async run(command, test, loops) {
        session.send(`${command} ${test} ${loops}`);
        const answer = await next(answerSchema, timeoutMs);
        if ('error' in answer) throw new TestFailed(answer.error);
        return answer;
      },
      end: () => session.end(),
    };
  } catch (error) {
    await session.end();
    if (!(error instanceof WorkerLost)) throw error;
    throw doesNotRun(interpreter, error.message, command);
  }
}

export const doesNotRun = (
  { variant, command }: Pick<Interpreter<Measured>, 'variant' | 'command'>,
  why: string,
  tried = command,
) =>
  new UserError({
    code: 'bench/worker-does-not-start',
    message: `the ${variant} interpreter does not run the benchmark worker: ${why}`,
    detail: [tried.join(' ')],
    hint: 'start the interpreter by hand with that command; when it is for another machine, give the target a runner',
  });

/** The next answer, within so many milliseconds. */
function answersOf(session: Session) {
  return async <T>(schema: z.ZodType<T>, timeoutMs: number): Promise<T> => {
    let line: string | undefined;
    try {
      line = await session.nextLine(timeoutMs);
    } catch (error) {
      if (!(error instanceof SessionTimeout)) throw error;
      throw new WorkerLost(`no answer within ${timeoutMs / 1000} s`, true);
    }
    if (line === undefined) {
      const last = session.stderr().trim().split('\n').slice(-STDERR_LINES).join(' | ');
      const { exitCode, exitSignal } = session.ended() ?? {};
      const how = exitSignal === undefined ? `with exit code ${exitCode}` : `by ${exitSignal}`;
      throw new WorkerLost(`the process ended ${how}${last === '' ? '' : `; it said: ${last}`}`, false);
    }
    const parsed = parseJson(line, schema);
    if ('why' in parsed) throw new WorkerLost(`not an answer: ${line.slice(0, 200)}`, false);
    return parsed.data;
  };
}

/** All workers of a session share one CPU: they take turns, and see the same caches and the same clock rate. */
export interface Pinning {
  readonly cpu: number;
  /** What goes before a worker's command. */
  readonly prefix: readonly string[];
}

/**
 * Chooses the CPU: the wanted one, else the last that this process may use (interrupts tend to be served by the first).
 * @returns `undefined` where processes cannot be pinned: another system than Linux, or no `taskset`.
 * @throws UserError when a CPU was asked for and cannot be had.
 */
export async function choosePinning(wanted: number | undefined, ctx: Context): Promise<Pinning | undefined> {
  const pinning = await tryPinning(wanted, ctx);
  if (pinning === undefined && wanted !== undefined) {
    throw new UserError({
      code: 'bench/cannot-pin',
      message: `the workers cannot be pinned to CPU ${wanted}`,
      hint: 'install taskset (package util-linux) and name a CPU that this process may use, or leave the choice out',
    });
  }
  return pinning;
}

async function tryPinning(wanted: number | undefined, ctx: Context): Promise<Pinning | undefined> {
  const taskset = (ctx.env.PATH ?? '/usr/bin:/bin')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'taskset'))
    .find((file) => existsSync(file));
  const allowed = await usableCpus();
  const cpu = wanted ?? allowed.at(-1);
  if (taskset === undefined || cpu === undefined || !allowed.includes(cpu)) return undefined;
  const prefix = [taskset, '-c', String(cpu)];
  const options = { cwd: tmpdir(), env: { PATH: ctx.env.PATH }, timeoutMs: 10_000, signal: ctx.signal };
  const probe = await runProcess(taskset, ['-c', String(cpu), 'true'], options);
  return probe.exitCode === 0 ? { cpu, prefix } : undefined;
}
