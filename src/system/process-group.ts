/**
 * Process groups: what was started ends, with everything that it started, and nothing else does.
 * On Windows, where there are no groups, only the process itself is ended here (execa ends its descendants).
 */

import { readdirSync, readFileSync } from 'node:fs';

const live = new Set<number>();
let hooked = false;

/** Remembers a group so that it ends with this process, however this process ends. Returns the undo. */
export function trackGroup(pid: number | undefined): () => void {
  if (pid === undefined) return () => {};
  if (!hooked) {
    hooked = true;
    process.on('exit', () => {
      for (const group of live) signalGroup(group, 'SIGKILL');
    });
  }
  live.add(pid);
  return () => live.delete(pid);
}

/** Sends a signal to a whole group. @returns whether anybody was there to get it. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch (error) {
    // EPERM says that a member exists that is no longer ours to signal (it changed its user): it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether a member of the group still runs. A killed process whose parent has not collected it (a zombie; common in
 * containers, where process 1 may be slow to) takes signals but runs no more.
 */
export function groupRuns(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  if (process.platform !== 'linux') return true;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    } catch {
      continue; // It left between the listing and the look.
    }
    // proc(5): pid (comm) state ppid pgrp …; comm may hold spaces and parentheses.
    const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(pgrp) === group && state !== 'Z' && state !== 'X') return true;
  }
  return false;
}

/**
 * Ends a group: SIGTERM, and SIGKILL to what is left after `graceMs` (compilers and make need a moment to remove
 * half-written files). With `graceMs` 0 what is left is killed at once.
 */
export async function endGroup(pid: number | undefined, graceMs = 2000): Promise<void> {
  if (pid === undefined || !groupRuns(pid)) return;
  if (graceMs > 0) {
    signalGroup(pid, 'SIGTERM');
    if (await groupEnds(pid, graceMs)) return;
  }
  signalGroup(pid, 'SIGKILL');
  await groupEnds(pid, 1000);
}

async function groupEnds(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (groupRuns(pid)) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
