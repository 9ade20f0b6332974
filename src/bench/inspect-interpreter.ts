import { tmpdir } from 'node:os';
import type { PythonVersion } from '../checkout/types.ts';
import { SHORT_LEVEL } from '../checkout/version.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { sha256File } from '../system/hash.ts';
import { runProcess } from '../system/process.ts';

/** Works in every Python since 2.0. */
const ASK = 'import sys; sys.stdout.write("%d %d %d %s %d" % tuple(sys.version_info))';

/** Starts an interpreter that nobody here built, and asks for its version. @param command absolute. @throws UserError when it does not answer as Python does. */
export async function inspectInterpreter(command: string, env: Readonly<Record<string, string>>, ctx: Context) {
  const options = { cwd: tmpdir(), env, timeoutMs: 60_000, signal: ctx.signal };
  const result = await runProcess(command, ['-c', ASK], options);
  const match = /^(\d+) (\d+) (\d+) (alpha|beta|candidate|final) (\d+)$/.exec(result.stdout.trim());
  if (result.exitCode !== 0 || match === null) {
    const said = result.notFound ? 'there is no such program' : result.stderr.trim().split('\n').at(-1);
    throw new UserError({
      code: 'bench/not-python',
      message: `this is not a Python that can be started here${said === undefined || said === '' ? '' : `: ${said}`}`,
      place: { file: command },
      hint: 'name the interpreter itself: --python /usr/bin/python3',
    });
  }
  const [, major = 0, minor = 0, micro = 0, , serial = 0] = match.map(Number);
  const level = match[4] as PythonVersion['level'];
  const short = `${major}.${minor}`;
  const text = `${short}.${micro}${level === 'final' ? '' : `${SHORT_LEVEL[level]}${serial}`}`;
  return {
    command,
    sha256: await sha256File(command),
    version: { major, minor, micro, level, serial, text, short },
    /** It has no tree of its own to look into. */
    layout: { builtInPlace: false },
  };
}
