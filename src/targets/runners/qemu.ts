import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { isFolder } from '../../system/files.ts';
import { installCommand, requirement } from '../install.ts';
import { toolchainRequirement } from '../toolchain.ts';
import { findProgram, findTool, searchFolders } from '../tools.ts';
import type { Requirement, RunDescriptor, TargetDescriptor } from '../types.ts';
import { RUN_ENVIRONMENT, sameHere } from './native.ts';
import type { Runner } from './types.ts';

type Qemu = Extract<RunDescriptor, { runner: 'qemu' }>;

const PACKAGES = ['qemu-user'];

/**
 * qemu's user-mode emulation: a process of its own for each interpreter. The environment reaches the interpreter as it
 * is, but for what the emulator's own loader would obey: that goes by `-E`.
 */
export function qemuRunner(run: Qemu): Runner {
  return {
    words: `emulated: ${[run.program, ...qemuOptions(run)].join(' ')}`,
    remote: false,
    children: true,
    // Between twenty and sixty times slower than the machine itself, by start-up and by CPython's tests; with room for load.
    slowdown: 10,
    hidesMemory: 'under an emulator the system sees the emulator’s memory',
    counts: { emulator: run.program },
    cannot: (what) =>
      what === 'speed'
        ? 'functional only: the interpreters run under emulation, where time says nothing about the machine itself'
        : undefined,
    requirements: (target, ctx) =>
      Promise.all([emulator(run, ctx), ...(run.sysroot === undefined ? [] : [library(run.sysroot, target, ctx)])]),
    async check(name, ctx) {
      if ((await findProgram(run.program, emulatorFolders(ctx))) !== undefined) return;
      throw new UserError({
        code: 'target/no-emulator',
        message: `${run.program}, which runs the interpreters of the target ${name} here, is not installed`,
        hint: `install it: ${await installCommand(run.packages ?? PACKAGES, ctx)}`,
      });
    },
    // Absolute: a test may clear the environment of what it starts.
    restart: async (python, wrapper, ctx) => {
      const program = (await findProgram(run.program, searchFolders(ctx))) ?? run.program;
      return [program, ...qemuOptions(run), '-0', wrapper, python];
    },
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
    isSame: sameHere,
  };
}

function qemuOptions({ sysroot, cpu, args = [] }: Qemu): readonly string[] {
  return [...(sysroot === undefined ? [] : ['-L', sysroot]), ...(cpu === undefined ? [] : ['-cpu', cpu]), ...args];
}

/** Where an emulator is found when an interpreter is started: on its PATH, not on the user's. */
function emulatorFolders(ctx: Pick<Context, 'env'>): readonly string[] {
  return ctx.env.FORKWRIGHT_PATH ? searchFolders(ctx) : (RUN_ENVIRONMENT.PATH ?? '').split(path.delimiter);
}

async function emulator({ program, packages = PACKAGES }: Qemu, ctx: Context): Promise<Requirement> {
  const found = await findTool(program, ctx, emulatorFolders(ctx));
  return requirement(program, "runs the target's interpreters here", false, found, packages, ctx);
}

/** The target's own C library, where its interpreters are not static. */
async function library(sysroot: string, target: TargetDescriptor, ctx: Context): Promise<Requirement> {
  const there = await isFolder(path.join(sysroot, 'lib'));
  const found = there ? { name: path.basename(sysroot), path: sysroot, version: '' } : undefined;
  const why = "the target's own C library, which its interpreters load";
  return toolchainRequirement(sysroot, why, found, target, ctx);
}
