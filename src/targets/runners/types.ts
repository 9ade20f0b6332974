import type { Context } from '../../system/context.ts';
import type { Requirement, TargetDescriptor } from '../types.ts';

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
  /** Options for the emulator (`-plugin …`). A bug where there is none: ask `counts` first. */
  readonly emulatorArgs?: readonly string[] | undefined;
}

/** A command ready for `runProcess`: nothing of the environment is inherited. More arguments may be appended. */
export interface RunCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * How a target's interpreters are run. What differs by runner is asked here and nowhere else; what is left out is as it is
 * on this machine.
 */
export interface Runner {
  /** For a reader of the target. */
  readonly words: string;
  /** On another machine: paths of this one mean nothing there unless `path` maps them. */
  readonly remote: boolean;
  /** A person starts the interpreters, elsewhere: nothing of them is started from here. */
  readonly byHand?: boolean;
  /** Of `byHand`, what that person does, in the descriptor's own words. */
  readonly how?: string | undefined;
  /** Whether the interpreter can start itself again by `sys.executable`. */
  readonly children: boolean;
  /** Time limits that are meant for a native interpreter are multiplied by this. */
  readonly slowdown: number;
  /** An interpreter's output must be a pipe or a terminal. */
  readonly pipes?: true;
  /** Why the system does not see the interpreter's own memory: a sentence. */
  readonly hidesMemory?: string;
  /** Where instructions are counted: in the emulator of that name, else on this machine. Absent: nowhere. */
  readonly counts?: { readonly emulator?: string };
  /** What of the descriptor reaches a build's fingerprint. Absent: all of it. */
  readonly ofBuild?: unknown;
  /** Why something cannot be measured: a sentence. @param target its name. */
  cannot?(what: string, target: string): string | undefined;
  /** What running needs here, and what of it is there: for `doctor`. */
  requirements?(target: TargetDescriptor, ctx: Context): Promise<readonly Requirement[]>;
  /**
   * Sees to it that interpreters can be run here, before time is spent on building them.
   * @param target its name.
   * @throws UserError with the command that installs what is missing.
   */
  check?(target: string, ctx: Context): Promise<void>;
  /** The command that the interpreter starts itself again by: for a script, whose own path is `wrapper`. */
  restart?(python: string, wrapper: string, ctx: Pick<Context, 'env'>): Promise<readonly string[]>;
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
  /** Whether a folder that an interpreter names is `path(local)`. */
  isSame(found: string, local: string): boolean;
}
