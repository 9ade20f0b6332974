import { readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { inTemporaryFolder } from '../../system/files.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { whyEnded } from '../instructions/process.ts';
import { type Interpreter, timeLimit } from '../types.ts';
import { type Counted, readCounted, whyInexact } from './counted.ts';
import { type Counter, isLinked, type LinkedCounter } from './counter.ts';

const TIMEOUT_MS = 60_000;

/** An interpreter's command and environment with more variables: an emulator wants them as options, for one. */
export type WithEnvironment = (
  interpreter: Interpreter,
  variables: Readonly<Record<string, string>>,
) => Pick<Interpreter, 'command' | 'env'>;

export const inEnvironment: WithEnvironment = ({ command, env }, variables) => ({
  command,
  env: { ...env, ...variables },
});

export interface Rig {
  /** `setarch -R`, where addresses can be fixed: the order of some sets depends on them, and a frame or two with it. */
  readonly prefix: readonly string[];
  readonly withEnvironment: WithEnvironment;
  /** A path without spaces, which LD_PRELOAD would split. */
  readonly library?: string | undefined;
  /** In place of a library. */
  readonly linked?: LinkedCounter | undefined;
  readonly out: string;
  /** For one process of an interpreter that runs here; default: a minute. */
  readonly timeoutMs?: number | undefined;
  readonly ctx: Context;
}

/** Sets a rig up in a temporary folder, for as long as `body` runs. */
export async function withRig<T>(
  options: Pick<Rig, 'prefix' | 'withEnvironment' | 'timeoutMs' | 'ctx'> & { readonly counter?: Counter | undefined },
  body: (rig: Rig) => Promise<T>,
): Promise<T> {
  return inTemporaryFolder('fw-memory-', async (folder) => {
    const { counter, ...rest } = options;
    const rig = { ...rest, out: path.join(folder, 'counted') };
    if (counter === undefined) return body(rig);
    if (isLinked(counter)) return body({ ...rig, linked: counter });
    const library = path.join(folder, 'counter.so');
    await symlink(counter.file, library);
    return body({ ...rig, library });
  });
}

/** Runs `code` in a fresh process. @returns why it did not end well, if so. */
export async function runCode(
  rig: Rig,
  interpreter: Interpreter,
  code: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<ProcessResult | string> {
  const { command, env } = rig.withEnvironment(interpreter, { ...FIXED, ...variables });
  return runIn(rig, interpreter, [...command, '-c', code], env);
}

const FIXED = {
  PYTHONHASHSEED: '0',
  // One that nobody has: without any, `site` would import `pwd` to find it, as it does for no user.
  HOME: '/nonexistent',
};

async function runIn(
  rig: Rig,
  interpreter: Interpreter,
  command: readonly string[],
  env: Interpreter['env'],
): Promise<ProcessResult | string> {
  const [file = '', ...args] = [...rig.prefix, ...command];
  const timeoutMs = timeLimit(rig.timeoutMs ?? TIMEOUT_MS, interpreter);
  // Where no module lies: `-c` imports from the current folder first.
  const result = await runProcess(file, args, { cwd: '/', env, timeoutMs, signal: rig.ctx.signal });
  return result.exitCode === 0 ? result : whyEnded(result, timeoutMs);
}

/**
 * Runs pieces of code under the counter, one after the other in one interpreter, each of which reaches one point: a
 * preloaded counter reports where the code calls getppid(), a linked one when Python has started and after each piece.
 * @returns a report for each piece, or why there are no exact counts.
 */
export async function countPoints(
  rig: Rig,
  interpreter: Interpreter,
  codes: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<readonly Counted[] | string> {
  const { linked, library, out } = rig;
  let text: string;
  if (linked === undefined) {
    if (library === undefined) throw new Error('there is no counter');
    await rm(out, { force: true });
    const preloaded = { ...variables, LD_PRELOAD: library, FORKWRIGHT_MEMORY_OUT: out };
    const result = await runCode(rig, interpreter, codes.join('\n'), preloaded);
    if (typeof result === 'string') return result;
    text = await readFile(out, 'utf8').catch(() => '');
  } else {
    const program = linked.programs[interpreter.variant];
    if (program === undefined) return 'no program with the counter was linked for it';
    const env = { ...program.env, ...FIXED, ...variables };
    const result = await runIn(rig, interpreter, [...program.command, ...codes], env);
    if (typeof result === 'string') return result;
    // It writes to stderr: a console may have no file that it could write to.
    const lines = result.stderr.split('\n').filter((line) => line.startsWith('{"point"'));
    text = lines.join('\n');
  }
  const reports = readCounted(text);
  if (typeof reports === 'string') return reports;
  const before = linked === undefined ? 0 : 1;
  const expected = codes.length + before;
  if (reports.length !== expected) return `${reports.length} points were counted in place of ${expected}`;
  const points = reports.slice(before);
  return points.map(whyInexact).find((why) => why !== undefined) ?? points;
}
