import { manualRunner } from './runners/manual.ts';
import { nativeRunner } from './runners/native.ts';
import { qemuRunner } from './runners/qemu.ts';
import { sshRunner } from './runners/ssh.ts';
import type { Runner } from './runners/types.ts';
import { wineRunner } from './runners/wine.ts';
import type { TargetDescriptor } from './types.ts';

export type { Runnable, Runner } from './runners/types.ts';

/** The runner of a target. */
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
