import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from a later one with the same number. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When it began, in ticks since the machine's start, and which start that was; empty where the system does not say. */
  readonly started: string;
}

/** proc(5): field 22 of stat, behind the name, which may hold spaces and parentheses. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie runs no more.
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${fields[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}`;
  } catch {
    return undefined;
  }
}

export const thisProcess = (): Owner => ({
  pid: process.pid,
  host: hostname(),
  started: startOf(process.pid) ?? '',
});

/** Whether it still runs; one that was stopped (Ctrl-Z) does, and so may one of another machine: that cannot be told here. */
export function isAlive({ pid, host, started }: Owner): boolean {
  if (host !== hostname()) return true;
  if (started !== '' && process.platform === 'linux') return startOf(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
