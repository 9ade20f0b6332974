import type { Runner } from '../runner.ts';
import type { RunDescriptor } from '../types.ts';
import { RUN_ENVIRONMENT } from './native.ts';

type Qemu = Extract<RunDescriptor, { runner: 'qemu' }>;

/** Between twenty and sixty times slower than the machine itself, by start-up and by CPython's tests; with room for load. */
const SLOWDOWN = 10;

/**
 * Models under which qemu's user mode goes wrong with PowerPC code: memset leaves bytes unzeroed there (970 and its
 * relatives, POWER5+), 2.7 spins for ever, 3.9 hangs or dies. power7 and later and e6500 are right.
 */
const BROKEN_CPU = /^(970|power5\+|power5p)/i;

/** Why a CPU model must not be used with an emulator; `undefined` when nothing is known against it. */
export function brokenCpu({ program, cpu }: Pick<Qemu, 'program' | 'cpu'>): string | undefined {
  if (cpu === undefined || !/qemu-ppc/.test(program) || !BROKEN_CPU.test(cpu)) return undefined;
  return `under ${program} the model ${cpu} runs PowerPC code wrongly: memset leaves bytes unzeroed, and Python hangs; use power7`;
}

/**
 * qemu's user-mode emulation: a process of its own for each interpreter. The environment reaches the interpreter as it
 * is, but for what the emulator's own loader would obey: that goes by `-E`.
 */
export function qemuRunner(run: Qemu): Runner {
  return {
    kind: 'qemu',
    emulated: true,
    remote: false,
    children: true,
    slowdown: SLOWDOWN,
    command: (build, args, { env = {}, loaderEnv = {}, emulatorArgs = [] } = {}) => ({
      file: run.program,
      args: [
        ...qemuOptions(run),
        ...Object.entries(loaderEnv).flatMap(([name, value]) => ['-E', `${name}=${value}`]),
        ...emulatorArgs,
        // What the interpreter takes for its own name: it finds its library by it, and starts itself again by it.
        ...['-0', build.wrapper ?? build.python],
        build.python,
        ...args,
      ],
      env: { ...RUN_ENVIRONMENT, ...env },
    }),
    path: (local) => local,
  };
}

/** The options that every call has. */
export function qemuOptions({ sysroot, cpu, args = [] }: Qemu): readonly string[] {
  return [...(sysroot === undefined ? [] : ['-L', sysroot]), ...(cpu === undefined ? [] : ['-cpu', cpu]), ...args];
}
