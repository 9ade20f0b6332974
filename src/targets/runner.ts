import { chmod } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { writeFileAtomic } from '../system/files.ts';
import { quoted } from '../system/quote.ts';
import { manualRunner } from './runners/manual.ts';
import { nativeRunner } from './runners/native.ts';
import { qemuRunner } from './runners/qemu.ts';
import { sshRunner } from './runners/ssh.ts';
import type { Runner } from './runners/types.ts';
import { wineRunner } from './runners/wine.ts';
import type { TargetDescriptor } from './types.ts';

export type { Runnable, Runner } from './runners/types.ts';

export function runnerFor({ run }: Pick<TargetDescriptor, 'run'>): Runner {
  switch (run.runner) {
    case 'native':
      return nativeRunner;
    case 'qemu':
      return qemuRunner(run);
    case 'ssh':
      return sshRunner(run);
    case 'wine':
      return wineRunner(run);
    case 'manual':
      return manualRunner(run);
  }
}

/**
 * Why something cannot be measured on a target: the descriptor's own sentence, or what its runner cannot do.
 * @param target as `forVersion` gives it. @param what a run's stage.
 * @returns `undefined` when it can.
 */
export function notMeasurable(target: TargetDescriptor, what: string): string | undefined {
  return target.cannot?.[what as keyof typeof target.cannot] ?? runnerFor(target).cannot?.(what, target.name);
}

/**
 * Writes the script that starts a target's interpreter here, so that the interpreter can start itself: the kernel cannot,
 * unless somebody registered the emulator for such files.
 * @returns its absolute path, in the object folder, where the interpreter looks for the marks of a build folder; or
 * `undefined` where none is needed.
 */
export async function writeWrapper(
  python: string,
  target: Pick<TargetDescriptor, 'run'>,
  ctx: Pick<Context, 'env'>,
): Promise<string | undefined> {
  const { restart } = runnerFor(target);
  if (restart === undefined) return undefined;
  const wrapper = path.join(path.dirname(python), 'python-run');
  const words = (await restart(python, wrapper, ctx)).map(quoted);
  await writeFileAtomic(wrapper, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  await chmod(wrapper, 0o755);
  return wrapper;
}
