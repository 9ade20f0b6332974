import path from 'node:path';
import type { PythonVersion } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { isFile } from '../system/files.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import { type Runnable, runnerFor } from '../targets/runner.ts';
import type { TargetDescriptor } from '../targets/types.ts';

/** The interpreter's name in the object folder: `python.exe` on file systems that ignore case. */
export async function findInterpreter(obj: string): Promise<string | undefined> {
  for (const name of ['python', 'python.exe']) {
    const file = path.join(obj, name);
    if (await isFile(file)) return file;
  }
  return undefined;
}

/** Prints the version and where the library is; works in every Python. */
const CHECK = `
import sys, time, math, struct, os, site
if sys.version_info >= (2, 6):
    import json
sys.stdout.write("%d.%d.%d %s" % (tuple(sys.version_info[:3]) + (os.path.dirname(os.path.abspath(os.__file__)),)))
`;

/**
 * Starts a fresh interpreter in its object folder: it must run, be of the right version, and use the library of its own
 * tree. On the way it writes the .pyc files that every start needs, so that none of the variants does so while measured.
 * @returns what is wrong, and how its process ended.
 */
export async function checkInterpreter(
  build: Runnable,
  src: string,
  target: TargetDescriptor,
  version: PythonVersion,
  ctx: Context,
): Promise<{ readonly problem: string; readonly result: ProcessResult } | undefined> {
  const runner = runnerFor(target);
  // Nobody is there to start it: its bundle begins with the same question.
  if (runner.byHand) return undefined;
  await runner.prepare?.(build, ctx);
  const { file, args, env } = runner.command(build, ['-c', CHECK]);
  const result = await runProcess(file, args, {
    cwd: path.dirname(build.python),
    env,
    timeoutMs: 60_000 * Math.max(2, runner.slowdown),
    signal: ctx.signal,
    encoding: 'latin1',
  });
  if (result.exitCode !== 0) return { problem: 'does not run', result };
  const [found, library] = result.stdout.split(/ (.*)/s);
  const expected = `${version.major}.${version.minor}.${version.micro}`;
  if (found !== expected) return { problem: `calls itself ${found}, not ${expected}`, result };
  const lib = path.join(src, 'Lib');
  if (!runner.isSame(library ?? '', lib)) {
    return { problem: `uses the library in ${library}, not ${runner.path(lib)}`, result };
  }
  return undefined;
}
