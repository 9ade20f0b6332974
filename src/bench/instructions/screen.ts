import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { parseJson } from '../../system/json.ts';
import { timeLimit } from '../time-limit.ts';
import type { Interpreter } from '../types.ts';
import { workerTestsSchema } from '../worker.ts';
import { MARK_NAMES } from './marks.ts';
import { readAnswers, runWorker, whyEnded, workerCommand } from './process.ts';

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
