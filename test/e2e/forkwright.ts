import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** The checkout of Forkwright itself. */
export const ROOT = path.resolve(import.meta.dirname, '../..');
/** What CI keeps: reports of real runs. Git ignores it. */
export const ARTIFACTS = path.join(ROOT, 'artifacts');
mkdirSync(ARTIFACTS, { recursive: true });

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

/** Runs the command line as a user does, through the launcher, in a process group of its own. */
export function forkwright(
  args: readonly string[],
  options: {
    cwd?: string;
    env?: Record<string, string>;
    onStderr?: (text: string, group: number) => void;
    timeoutMs?: number;
  } = {},
): Promise<Ran> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(ROOT, 'scripts/forkwright'), [...args], {
      cwd: options.cwd ?? ARTIFACTS,
      // The configuration files are the tests' own.
      env: { ...process.env, CI: '1', NO_COLOR: '1', FORKWRIGHT_TRUST_CONFIG: '1', ...options.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
      options.onStderr?.(chunk.toString(), child.pid ?? 0);
    });
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), options.timeoutMs ?? 40 * 60_000);
    child.on('error', reject);
    child.on('close', (exitCode) => {
      clearTimeout(timer);
      const stdout = Buffer.concat(out);
      resolve({ exitCode, stdout, out: stdout.toString(), err, seconds: (performance.now() - began) / 1000 });
    });
  });
}

/** As {@link forkwright}, for what must succeed: the result's data of `--json`. */
export async function forkwrightJson<T>(
  args: readonly string[],
  options: Parameters<typeof forkwright>[1] = {},
): Promise<T> {
  const ran = await forkwright([...args, '--json'], options);
  const last = ran.out.trimEnd().split('\n').at(-1) ?? '';
  if (ran.exitCode !== 0)
    throw new Error(`forkwright ${args.join(' ')} ended with ${ran.exitCode}:\n${ran.out}\n${ran.err}`);
  return (JSON.parse(last) as { data: T }).data;
}

const trees = new Map<string, Promise<string>>();

/** A real CPython tree, got as users get it. */
export function sourceTree(version: string, ...options: readonly string[]): Promise<string> {
  const key = [version, ...options].join(' ');
  const known =
    trees.get(key) ?? forkwrightJson<{ root: string }>(['source', version, ...options]).then(({ root }) => root);
  trees.set(key, known);
  return known;
}

const FLAGS = '-O0 -g0';
/**
 * How the tests build interpreters of which only behaviour is asked: the same everywhere, so that they find each other's
 * builds in the store. Without optimisation the compiler takes a fifth of the time; without debugging information no
 * object names the folder that it was compiled in, so that one from ccache is the one that would be compiled.
 */
export const UNOPTIMISED = { pgo: false, modules: 'core', configure: [], cflags: FLAGS } as const;
/** As {@link UNOPTIMISED}, on the command line. */
export const UNOPTIMISED_ARGS = ['--modules', 'core', `--cflags=${FLAGS}`] as const;
