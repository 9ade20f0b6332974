import type { Context } from '../system/context.ts';
import { manualRunner } from './runners/manual.ts';
import { nativeRunner } from './runners/native.ts';
import { qemuRunner } from './runners/qemu.ts';
import { sshRunner } from './runners/ssh.ts';
import { wineRunner } from './runners/wine.ts';
import type { RunnerKind, TargetDescriptor } from './types.ts';

/** What a runner needs to know of a build. A `Build` is one. */
export interface Runnable {
  /** Absolute path of the interpreter. */
  readonly python: string;
  /**
   * Absolute path of the program that `sys.executable` names, when that is not the interpreter itself: under an emulator a
   * script beside it, without which the interpreter could not start itself again.
   */
  readonly wrapper?: string | undefined;
}

export interface RunOptions {
  /** For the interpreter, on top of the clean environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * Variables that the interpreter's loader obeys and an emulator's own would too (LD_PRELOAD, LD_LIBRARY_PATH): these
   * reach the interpreter alone.
   */
  readonly loaderEnv?: Readonly<Record<string, string>> | undefined;
  /** Options for the emulator (`-plugin …`). A bug where there is none: ask `emulated` first. */
  readonly emulatorArgs?: readonly string[] | undefined;
}

/** A command ready for `runProcess`: nothing of the environment is inherited. More arguments may be appended. */
export interface RunCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a target's interpreters are run. */
export interface Runner {
  readonly kind: RunnerKind;
  /** Instructions are translated: what they do is right, how long they take is not. */
  readonly emulated: boolean;
  /** On another machine: paths of this one mean nothing there unless `path` maps them. */
  readonly remote: boolean;
  /** Whether the interpreter can start itself again by `sys.executable`. */
  readonly children: boolean;
  /** Time limits that are meant for a native interpreter are multiplied by this. */
  readonly slowdown: number;
  /**
   * Sees that the place where interpreters run can be used, and brings a build there; before any `command` of it. Absent
   * where everything is there already.
   * @param build absent: only looks.
   * @returns where that is: a sentence for the report.
   * @throws UserError when it cannot be used.
   */
  prepare?(build: Runnable | undefined, ctx: Context): Promise<string>;
  /** The command that starts the interpreter with `args`. */
  command(build: Runnable, args: readonly string[], options?: RunOptions): RunCommand;
  /** What a file of this machine is called where the interpreter runs. */
  path(local: string): string;
}

/** The environment of every interpreter that is run: the same for all variants, and nothing of the user's. */
export { RUN_ENVIRONMENT } from './runners/native.ts';

/** The runner of a target. */
export function runnerFor(target: TargetDescriptor): Runner {
  const { run } = target;
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
      return manualRunner;
  }
}
