/** A child process whose changes to files fail, kill it or stop it at a chosen one (`faults.c`). */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Faulty {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

export interface Faults {
  /** How many changes below `root` a command makes. */
  count(root: string, command: readonly string[]): number;
  /** The command with a fault at change `at`, from 1. */
  run(root: string, command: readonly string[], at: number, mode: 'fail' | 'kill'): Faulty;
  close(): void;
}

/** @throws Error where there is no compiler: these tests need one. */
export function openFaults(): Faults {
  const folder = mkdtempSync(path.join(tmpdir(), 'fw-faults-'));
  const library = path.join(folder, 'faults.so');
  const source = path.join(import.meta.dirname, 'faults.c');
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl', '-lpthread']);
  const start = ([file = '', ...args]: readonly string[], env: Record<string, string>): Faulty => {
    const ran = spawnSync(file, args, {
      // libuv would ask the kernel directly.
      env: { ...process.env, LD_PRELOAD: library, UV_USE_IO_URING: '0', ...env },
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    return { exitCode: ran.status, signal: ran.signal, out: ran.stdout, err: ran.stderr };
  };
  return {
    count(root, command) {
      const log = path.join(folder, 'log');
      rmSync(log, { force: true });
      const ran = start(command, { FAULT_ROOT: root, FAULT_LOG: log });
      if (ran.exitCode !== 0) throw new Error(`${command.join(' ')}: ${ran.err}`);
      return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').length : 0;
    },
    run: (root, command, at, mode) => start(command, { FAULT_ROOT: root, FAULT_AT: String(at), FAULT_MODE: mode }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
