import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';

/** A program that listens on loopback. */
export interface Server {
  stop(): void;
}

/** A port of loopback that nobody listens at now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * Starts a server in a process group of its own, its output in a file, and waits until it listens.
 * @throws Error with what it said, when it ends or does not listen within ten seconds.
 */
export async function startServer(file: string, args: readonly string[], port: number, log: string): Promise<Server> {
  const output = openSync(log, 'a');
  const child = spawn(file, [...args], { stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  const stop = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended.
    }
  };
  try {
    await listening(port, child, file, () => readFileSync(log, 'utf8'));
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

/** Waits until somebody listens at a port. */
export async function listening(port: number, child: ChildProcess, name: string, said: () => string): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  for (let tries = 0; tries < 100; tries++) {
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) throw new Error(`${name} ended: ${said()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} does not listen`);
}
