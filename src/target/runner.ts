import { UserError } from '../system/diagnostic.ts';
import type { RunnerKind, TargetDescriptor } from './types.ts';

/** What a runner needs to know of a build. */
export interface Runnable {
  /** Absolute path of the interpreter. */
  readonly python: string;
}

/** A command ready for `runProcess`: nothing of the environment is inherited. */
export interface RunCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a target's interpreters are run. */
export interface Runner {
  readonly kind: RunnerKind;
  /** The command that starts the interpreter with `args`; `env` is added to the clean environment. */
  command(build: Runnable, args: readonly string[], env?: Readonly<Record<string, string>>): RunCommand;
}

/** The environment of every interpreter that is run: the same for all variants, and nothing of the user's. */
export const RUN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

const native: Runner = {
  kind: 'native',
  command: (build, args, env = {}) => ({ file: build.python, args, env: { ...RUN_ENVIRONMENT, ...env } }),
};

/**
 * The runner of a target.
 * @throws UserError `target/no-runner` for a kind that this version does not have.
 */
export function runnerFor(target: TargetDescriptor): Runner {
  if (target.runner === 'native') return native;
  throw new UserError({
    code: 'target/no-runner',
    message: `interpreters of the target ${target.name} cannot be run here: there is no runner "${target.runner}"`,
    hint: 'choose another target: `forkwright targets` lists them',
  });
}
