import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { usableCpus } from '../system/cpus.ts';
import { UserError } from '../system/diagnostic.ts';
import { runProcess } from '../system/process.ts';

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
