/**
 * Process groups: what was started ends, with everything that it started, and nothing else does.
 * Windows has no groups: there a process and its descendants are ended as long as it lives itself, by the system's own
 * taskkill; what outlives it is nobody's child any more and cannot be found.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { hold } from './held.ts';

type Platform = NodeJS.Platform;

/** Whether what is started leads a group of its own. On Windows it would have a console window of its own instead. */
export const LEADS_GROUP = process.platform !== 'win32';

/** Remembers a group so that it ends with this process. @returns what ends that. */
export const trackGroup = (pid: number | undefined): (() => Promise<void>) =>
  hold({ undo: () => pid !== undefined && signalGroup(pid, 'SIGKILL'), wait: true });

/** The command that ends a process on Windows with all its descendants; there is no gentle way for programs without windows. */
export function taskkill(pid: number, env: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  const root = env.SystemRoot ?? env.windir ?? 'C:\\Windows';
  return [path.win32.join(root, 'System32', 'taskkill.exe'), '/pid', String(pid), '/t', '/f'];
}

/** Sends a signal to a whole group. @returns whether anybody was there to get it. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0, platform: Platform = process.platform): boolean {
  if (platform === 'win32' && signal !== 0) return endTree(pid);
  try {
    process.kill(platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch (error) {
    // EPERM says that a member exists that is no longer ours to signal (it changed its user): it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** At once, as it must also work while this process exits. */
function endTree(pid: number): boolean {
  const [file, ...args] = taskkill(pid, process.env);
  if (spawnSync(file, args, { stdio: 'ignore', windowsHide: true, timeout: 10_000 }).status === 0) return true;
  try {
    // Where taskkill is not there or may not: the process alone.
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
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
 * half-written files). With `graceMs` 0 what is left is killed at once, as always on Windows.
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

/**
 * Ends what a process that has ended left behind in its group. On Windows that cannot be told, and its number may be
 * another's by now: nothing is ended.
 */
export async function endLeftovers(pid: number | undefined, platform: Platform = process.platform): Promise<void> {
  if (platform !== 'win32') await endGroup(pid, 0);
}

async function groupEnds(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (groupRuns(pid)) {
    if (performance.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
