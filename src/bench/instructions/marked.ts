import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inTemporaryFolder } from '../../system/files.ts';
import type { Interpreter } from '../types.ts';
import { readAnswers, runWorker, whyEnded, workerArguments } from './process.ts';
import type { CountJob, Tally } from './types.ts';

/** A tool that counts the instructions between marks. */
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
