import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { preloadCounter } from '../../../src/bench/memory/counter.ts';
import type { Context } from '../../../src/system/context.ts';
import { runProcess } from '../../../src/system/process.ts';
import { findToolchain } from '../../../src/targets/toolchain.ts';
import type { TargetDescriptor } from '../../../src/targets/types.ts';

export const HOST: TargetDescriptor = {
  name: 'host',
  title: 'this machine',
  driver: 'configure-make',
  run: { runner: 'native' },
  limits: [],
};

export const context = (cacheDir: string): Context => ({
  emit: () => {},
  signal: new AbortController().signal,
  cacheDir,
  jobs: 1,
  env: {},
});

/** The real counter, compiled into a folder. */
export async function compileCounter(folder: string): Promise<string> {
  const ctx = context(folder);
  const counter = await preloadCounter(await findToolchain(HOST, ctx), ctx);
  if (typeof counter === 'string') throw new Error(counter);
  return counter.file;
}

const options = { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }, timeoutMs: 60_000 };

/** Compiles a program of the test's own. */
export async function compile(folder: string, source: string, args: readonly string[]): Promise<string> {
  const [file, program] = [path.join(folder, 'program.c'), path.join(folder, 'program')];
  await writeFile(file, source);
  const result = await runProcess('gcc', ['-O1', '-fno-builtin', '-pthread', '-o', program, file, ...args], options);
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return program;
}

export const run = (program: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) =>
  runProcess(program, args, { ...options, env: { ...options.env, ...env } });
