import { accessSync, constants, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import type { PythonVersion } from '../checkout/types.ts';
import { SHORT_LEVEL } from '../checkout/version.ts';
import { assetPath } from '../system/assets.ts';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { inTemporaryFolder } from '../system/files.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import { RUN_ENVIRONMENT } from '../targets/runners/native.ts';
import type { interpreterSchema } from './interpreter-schema.ts';

/** What an interpreter says of itself and of how it was built. */
export type InterpreterFacts = z.infer<typeof interpreterSchema>;

export interface LookedAt {
  /** Absolute, as it was named: a virtual environment's is a link. */
  readonly python: string;
  readonly version: PythonVersion;
  readonly facts: InterpreterFacts;
}

const LIMIT_MS = 60_000;

/**
 * Starts an interpreter that nobody here built, isolated and without site, and asks what it is. It answers within a minute
 * or is ended with all that it started.
 * @param python relative to the current folder.
 * @throws UserError for what is no interpreter; Cancelled.
 */
export async function lookAtInterpreter(python: string, ctx: Pick<Context, 'signal'>): Promise<LookedAt> {
  const file = path.resolve(python);
  await refuseFile(file);
  const said = await ask(file, ctx);
  const one = (name: string) => said.get(name)?.[0];
  const version = versionOf(one('version') ?? '');
  if (version === undefined) throw noPython(file, 'it does not say its version');
  const implementation = one('implementation') ?? 'unknown';
  const built = one('built') ?? '';
  const facts: InterpreterFacts = {
    implementation: /Stackless/.test(built) ? 'Stackless' : implementation,
    compiler: /\[([^\]]*)\]\s*$/.exec(built)?.[1] ?? 'unknown',
    architecture: `${one('machine') ?? 'unknown'}, ${one('bits') ?? '?'} bits, ${one('order') ?? '?'} endian`,
    cc: one('CC'),
    opt: one('OPT'),
    cflags: one('CFLAGS'),
    ldflags: one('LDFLAGS'),
    configure: one('CONFIG_ARGS'),
    abi: [one('abi'), one('soabi')].filter(Boolean).join(' ') || undefined,
    debug: one('debug') === 'yes',
    freeThreading: one('freeThreading') === 'yes',
    gil: one('gil') === undefined ? undefined : one('gil') === 'yes',
    unicode: one('unicode'),
    library: one('library'),
    path: said.get('path') ?? [],
  };
  return { python: file, version, facts };
}

/** @throws UserError for another implementation than CPython and its forks: what is compared are CPythons. */
export function refuseOtherPython({ python, facts: { implementation } }: LookedAt): void {
  if (/^(?:cpython|stackless|tauthon)$/i.test(implementation)) return;
  throw new UserError({
    code: 'builds/not-cpython',
    message: `this is ${implementation}, not CPython`,
    place: { file: python },
    hint: 'name an interpreter of CPython or of a fork of it',
  });
}

const noPython = (file: string, why: string, hint = 'name the interpreter itself, such as /usr/bin/python3') =>
  new UserError({
    code: 'builds/no-interpreter',
    message: `this is not a Python that can be started here: ${why}`,
    place: { file },
    hint,
  });

/** What can be seen of a file without starting it. */
async function refuseFile(file: string): Promise<void> {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) throw noPython(file, 'there is no such file');
  if (stats.isDirectory())
    throw noPython(
      file,
      'it is a folder',
      'name the interpreter in it (bin/python3); a source tree is built by: forkwright compare DIR OTHER',
    );
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw noPython(file, 'it may not be executed');
  }
  const head = await beginning(file, 20);
  if (head.startsWith('#!'))
    throw noPython(
      file,
      'it is a script that starts something',
      `name what it starts: ${path.basename(file)} -c "import sys; print(sys.executable)" may say it`,
    );
  if (!PROGRAM.test(head)) throw noPython(file, 'it is not a program');
  const [its, own] = [machineOf(head), machineOf(await beginning(process.execPath, 20))];
  if (its === undefined || own === undefined || its === own || RUNS_ON[its] === own) return;
  const name = (code: number) => MACHINES[code] ?? `machine ${code} of ELF`;
  throw noPython(
    file,
    `it is for ${name(its)}, and this machine is ${name(own)}`,
    'compare interpreters for this machine; a source tree can be built for others: docs/targets.md',
  );
}

/** ELF, Mach-O in both orders and for several machines, Windows. What is none of them would be given to a shell. */
const PROGRAM = /^(?:\x7fELF|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|MZ)/;
/** e_machine of the ELF specification. */
const MACHINES: Readonly<Record<number, string>> = {
  ...{ 3: 'i386', 8: 'MIPS', 20: 'PowerPC', 21: '64-bit PowerPC', 22: 'S/390', 40: '32-bit Arm' },
  ...{ 62: 'x86-64', 183: '64-bit Arm', 243: 'RISC-V', 258: 'LoongArch' },
};
/** 32-bit programs that run on the 64-bit machine of the same family. */
const RUNS_ON: Readonly<Record<number, number>> = { 3: 62, 20: 21, 40: 183 };

/** e_machine of an ELF file; `undefined` for others. */
function machineOf(head: string): number | undefined {
  if (!head.startsWith('\x7fELF') || head.length < 20) return undefined;
  const bytes = Buffer.from(head, 'latin1');
  return bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18);
}

async function beginning(file: string, bytes: number): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Ways to keep the environment, the user's own modules and site out: 3.4 and later, 2.6 and later, all. */
const ISOLATED = [
  ['-I', '-S'],
  ['-E', '-s', '-S'],
  ['-E', '-S'],
] as const;

async function ask(file: string, ctx: Pick<Context, 'signal'>): Promise<ReadonlyMap<string, readonly string[]>> {
  const program = await readFile(assetPath('builds/interpreter.py'), 'utf8');
  // Of its own: older ones look for modules where they are started.
  return inTemporaryFolder('forkwright-ask-', async (cwd) => {
    const options = { cwd, env: RUN_ENVIRONMENT, timeoutMs: LIMIT_MS, signal: ctx.signal, maxBuffer: 2 ** 20 };
    let result: ProcessResult | undefined;
    for (const how of ISOLATED) {
      result = await runProcess(file, [...how, '-c', program], options);
      const said = readFacts(result.stdout);
      if (result.exitCode === 0 && said.has('done')) return said;
      if (!/nknown option: -[Is]/.test(result.stderr)) break;
    }
    throw noPython(file, whyNot(result));
  });
}

function whyNot(result: ProcessResult | undefined): string {
  if (result?.timedOut) return `it did not answer within ${LIMIT_MS / 1000} s`;
  if (result?.exitCode === undefined && result?.exitSignal === undefined)
    return 'the system does not start it; it may be for another kind of machine';
  const last = result.stderr.trim().split('\n').at(-1) ?? '';
  // A program of another language says the whole of what it was given.
  return last === '' || result.stderr.includes('Says what an interpreter is')
    ? 'it does not answer as Python does'
    : last.slice(0, 200);
}

function readFacts(text: string): ReadonlyMap<string, readonly string[]> {
  const said = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, hex = ''] = /^(\w+)\t((?:[0-9a-f]{2})*)$/.exec(line) ?? [];
    if (name !== undefined) said.set(name, [...(said.get(name) ?? []), Buffer.from(hex, 'hex').toString('utf8')]);
  }
  return said;
}

function versionOf(text: string): PythonVersion | undefined {
  const match = /^(\d+) (\d+) (\d+) (alpha|beta|candidate|final) (\d+)$/.exec(text);
  if (match === null) return undefined;
  const [, major = 0, minor = 0, micro = 0, , serial = 0] = match.map(Number);
  const level = match[4] as PythonVersion['level'];
  const short = `${major}.${minor}`;
  const end = level === 'final' ? '' : `${SHORT_LEVEL[level]}${serial}`;
  return { major, minor, micro, level, serial, text: `${short}.${micro}${end}`, short };
}
