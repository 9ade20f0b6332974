import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { whyEnded } from '../instructions/process.ts';
import type { Interpreter } from '../types.ts';
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

/** How the interpreters of a measurement are started: all the same but for themselves. */
export interface Rig {
  /** `setarch -R`, where addresses can be fixed: the order of some sets depends on them, and a frame or two with it. */
  readonly prefix: readonly string[];
  readonly withEnvironment: WithEnvironment;
  /** A path without spaces, which LD_PRELOAD would split. */
  readonly library?: string | undefined;
  /** In place of a library. */
  readonly linked?: LinkedCounter | undefined;
  readonly out: string;
  readonly ctx: Context;
}

/** Sets a rig up in a temporary folder, for as long as `body` runs. */
export async function withRig<T>(
  options: Pick<Rig, 'prefix' | 'withEnvironment' | 'ctx'> & { readonly counter?: Counter | undefined },
  body: (rig: Rig) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fw-memory-'));
  try {
    const { counter, ...rest } = options;
    const library = path.join(folder, 'counter.so');
    const linked = counter !== undefined && isLinked(counter) ? counter : undefined;
    if (counter !== undefined && !isLinked(counter)) await symlink(counter.file, library);
    return await body({
      ...rest,
      out: path.join(folder, 'counted'),
      ...(linked !== undefined ? { linked } : counter === undefined ? {} : { library }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `code` in a fresh process. @returns why it did not end well, if so. */
export async function runCode(
  rig: Rig,
  interpreter: Interpreter,
  code: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<ProcessResult | string> {
  const { command, env } = rig.withEnvironment(interpreter, { ...FIXED, ...variables });
  return runIn(rig, [...command, '-c', code], env);
}

const FIXED = {
  PYTHONHASHSEED: '0',
  // One that nobody has: without any, `site` would import `pwd` to find it, as it does for no user.
  HOME: '/nonexistent',
};

async function runIn(rig: Rig, command: readonly string[], env: Interpreter['env']): Promise<ProcessResult | string> {
  const [file = '', ...args] = [...rig.prefix, ...command];
  // Where no module lies: `-c` imports from the current folder first.
  const result = await runProcess(file, args, { cwd: '/', env, timeoutMs: TIMEOUT_MS, signal: rig.ctx.signal });
  return result.exitCode === 0 ? result : whyEnded(result, TIMEOUT_MS);
}

/**
 * Runs `code` under the counter. A preloaded one reports where the code calls getppid(), once; a linked one when Python has
 * started and when the code is done. @returns why there is no exact count, if so.
 */
export async function countCode(
  rig: Rig,
  interpreter: Interpreter,
  code: string,
  variables: Readonly<Record<string, string>>,
): Promise<Counted | string> {
  if (rig.linked !== undefined) return countLinked(rig, rig.linked, interpreter, code, variables);
  if (rig.library === undefined) throw new Error('there is no counter');
  await rm(rig.out, { force: true });
  const result = await runCode(rig, interpreter, code, {
    ...variables,
    LD_PRELOAD: rig.library,
    FORKWRIGHT_MEMORY_OUT: rig.out,
  });
  if (typeof result === 'string') return result;
  const reports = readCounted(await readFile(rig.out, 'utf8').catch(() => ''));
  if (typeof reports === 'string') return reports;
  const [report, ...more] = reports;
  if (report === undefined || more.length > 0) return `${reports.length} points were counted in place of one`;
  return whyInexact(report) ?? report;
}

/** It writes to stderr: a console may have no file that it could write to. */
async function countLinked(
  rig: Rig,
  { programs }: LinkedCounter,
  interpreter: Interpreter,
  code: string,
  variables: Readonly<Record<string, string>>,
): Promise<Counted | string> {
  const program = programs[interpreter.variant];
  if (program === undefined) return 'no program with the counter was linked for it';
  const env = { ...program.env, ...FIXED, ...variables };
  const result = await runIn(rig, [...program.command, code], env);
  if (typeof result === 'string') return result;
  const lines = result.stderr.split('\n').filter((line) => line.startsWith('{"point"'));
  const reports = readCounted(lines.join('\n'));
  if (typeof reports === 'string') return reports;
  const [, report, ...more] = reports;
  if (report === undefined || more.length > 0) return `${reports.length} points were counted in place of two`;
  return whyInexact(report) ?? report;
}
