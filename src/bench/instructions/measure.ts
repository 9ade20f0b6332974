import { z } from 'zod';
import { inParallel } from '../../checkout/in-parallel.ts';
import type { Context } from '../../system/context.ts';
import type { Step } from '../../system/events.ts';
import { parseJson } from '../../system/json.ts';
import type { Declared } from '../comparison/compare.ts';
import { eachTime, type Once } from '../once.ts';
import { type Interpreter, type PybenchCopy, timeLimit } from '../types.ts';
import { doesNotRun, workerTestsSchema } from '../worker.ts';
import { type Counted, compareInstructions } from './compare.ts';
import { MARK_NAMES } from './marks.ts';
import { readAnswers, runWorker, whyEnded, workerCommand } from './process.ts';
import type { InstructionComparison, InstructionCounter, Tally } from './types.ts';

/** A test does a 600th of its own rounds: pybench's 58 tests of 2.7 take some eight seconds under callgrind then. */
export const DIVISOR = 600;
/** So many that a change of the size of what the layout does is told from it (see the critical values of compare.ts). */
export const LAYOUTS = 5;
const PROCESS_MS = 10 * 60_000;

interface InstructionRequest {
  readonly baseline: Interpreter;
  readonly patched: Interpreter;
  readonly pybench: PybenchCopy;
  readonly counter: InstructionCounter;
  readonly tests?: string | undefined;
  readonly declared?: Declared | undefined;
  readonly layouts?: number | undefined;
  readonly divisor?: number | undefined;
  readonly ctx: Context;
  readonly step?: Pick<Step, 'progress' | 'note'> | undefined;
  /** For interpreters that other runs have, too. */
  readonly once?: Once | undefined;
}

const SIDES = ['baseline', 'patched'] as const;

/**
 * Counts the instructions that both interpreters execute in each test of pybench, in several layouts of memory, the first
 * of them twice. Processes run side by side, as counts do not care.
 * @throws UserError when an interpreter does not run the worker at all; Cancelled
 */
export async function measureInstructions(request: InstructionRequest): Promise<InstructionComparison> {
  const { counter, pybench, ctx, step, layouts = LAYOUTS, divisor = DIVISOR, once = eachTime } = request;
  const wanted = request.tests === undefined ? undefined : new RegExp(request.tests);
  step?.progress('trying the tests');
  const screened = async (interpreter: Interpreter) => {
    const found = await screen(interpreter, pybench.folder, wanted, divisor, ctx);
    if (typeof found === 'string') throw doesNotRun(interpreter, found);
    return found;
  };
  const [baseline, patched] = await Promise.all([screened(request.baseline), screened(request.patched)]);
  const tests = [...baseline.runnable].filter((test) => patched.runnable.has(test)).sort();
  // Layout 0 comes a second time, at the end.
  const jobs = [...Array(layouts).keys(), 0].flatMap((layout, nth) => SIDES.map((side) => ({ layout, side, nth })));
  const tallies: Record<(typeof SIDES)[number], Tally[]> = { baseline: [], patched: [] };
  let done = 0;
  step?.progress(`${counter.name}, ${tests.length} tests`, 0, jobs.length);
  await inParallel(tests.length === 0 ? [] : jobs, ctx.jobs, async ({ layout, side, nth }) => {
    const { mark } = side === 'baseline' ? baseline : patched;
    const job = { interpreter: request[side], pybench: pybench.folder, tests, divisor, mark, layout, ctx };
    const what = ['instructions', counter.method, pybench.sha256, tests, divisor, mark, layout, nth];
    const count = () => counter.count({ ...job, timeoutMs: timeLimit(PROCESS_MS, request[side]) });
    tallies[side][nth] = await once(request[side], what, count);
    done += 1;
    step?.progress(`${counter.name}, ${tests.length} tests`, done, jobs.length);
  });
  const counted = (own: readonly Tally[], { failed }: typeof baseline): Counted => {
    return { layouts: own.slice(0, layouts), again: own[layouts], failed };
  };
  const { folder: _, ...copy } = pybench;
  return compareInstructions({
    suite: 'pybench',
    pybench: copy,
    counter: counter.name,
    method: `${counter.method}; hash seeds 0 to ${layouts - 1}, objects shifted in memory with each; a ${divisor}th of each test's rounds after as many to warm up; the empty loop subtracted`,
    baseline: counted(tallies.baseline, baseline),
    patched: counted(tallies.patched, patched),
    tests: [
      ...new Set([...baseline.runnable, ...patched.runnable, ...baseline.failed.keys(), ...patched.failed.keys()]),
    ],
    rounds: { ...patched.rounds, ...baseline.rounds },
    operations: { ...patched.operations, ...baseline.operations },
    declared: request.declared ?? {},
  });
}

const TIMEOUT_MS = 120_000;

const listSchema = workerTestsSchema.extend({ mark: z.enum(MARK_NAMES) });

/**
 * Runs every test once without counting: what fails, crashes or hangs is known after a second, and all counted processes
 * then do exactly the same. It also lets the interpreter write the .pyc files of its start.
 * @returns what the interpreter can run of a pybench: `mark` is the call by which it marks places, `runnable` the tests
 * that can be counted, `failed` tests, or whole modules, that fail, and why; or why it does not even list the tests.
 * @throws Cancelled
 */
export async function screen(
  interpreter: Interpreter,
  pybench: string,
  wanted: RegExp | undefined,
  divisor: number,
  ctx: Context,
) {
  const timeoutMs = timeLimit(TIMEOUT_MS, interpreter);
  const options = { layout: 0, timeoutMs, ctx };
  const asked = workerCommand(interpreter, [pybench, 'list']);
  const listed = await runWorker(interpreter, asked, { ...options, writePyc: true });
  if (listed.exitCode !== 0) return whyEnded(listed, timeoutMs);
  const list = parseJson(listed.stdout, listSchema).data;
  if (list === undefined) return `not a list of tests: ${listed.stdout.slice(0, 80)}`;
  const { tests, rounds, operations, broken, mark } = list;
  const isWanted = (name: string) => wanted?.test(name) ?? true;
  const failed = new Map(Object.entries(broken).filter(([name]) => isWanted(name)));
  const runnable = new Set<string>();
  let left = tests.filter(isWanted);
  while (left.length > 0) {
    const args = [pybench, 'marked', String(divisor), '0', ...left];
    const result = await runWorker(interpreter, workerCommand(interpreter, args), options);
    const { said, endedIn } = readAnswers(result.stdout);
    for (const { test, error } of said) {
      if (error === undefined) runnable.add(test);
      else failed.set(test, error);
    }
    if (endedIn !== undefined) failed.set(endedIn, whyEnded(result, timeoutMs));
    else if (said.length < left.length) return whyEnded(result, timeoutMs);
    left = left.filter((test) => !runnable.has(test) && !failed.has(test));
  }
  return { rounds, operations, mark, runnable, failed };
}
