import { tmpdir } from 'node:os';
import type { PythonVersion } from '../checkout/types.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { sha256File } from '../system/hash.ts';
import { runProcess } from '../system/process.ts';

/** What is found out of an interpreter that nobody here built. */
export interface InspectedInterpreter {
  /** Absolute. */
  readonly command: string;
  readonly sha256: string;
  readonly version: PythonVersion;
  /** It has no tree of its own to look into. */
  readonly layout: { readonly cpythonHeaders: boolean; readonly pcbuild: boolean; readonly builtInPlace: boolean };
}

const LEVELS = ['alpha', 'beta', 'candidate', 'final'] as const;

/** Works in every Python since 2.0. */
const ASK = 'import sys; sys.stdout.write("%d %d %d %s %d" % tuple(sys.version_info))';

/** Starts an interpreter and asks for its version. @throws UserError when it does not answer as Python does. */
export async function inspectInterpreter(
  command: string,
  env: Readonly<Record<string, string>>,
  ctx: Context,
): Promise<InspectedInterpreter> {
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
  const [major, minor, micro, serial] = [match[1], match[2], match[3], match[5]].map(Number);
  if (major === undefined || minor === undefined || micro === undefined) throw new Error('no version');
  const level = LEVELS.find((one) => one === match[4]) ?? 'final';
  const suffix = level === 'final' ? '' : `${{ alpha: 'a', beta: 'b', candidate: 'rc' }[level]}${serial ?? 0}`;
  return {
    command,
    sha256: await sha256File(command),
    version: {
      ...{ major, minor, micro, level, serial: serial ?? 0 },
      text: `${major}.${minor}.${micro}${suffix}`,
      short: `${major}.${minor}`,
    },
    layout: { cpythonHeaders: false, pcbuild: false, builtInPlace: false },
  };
}
