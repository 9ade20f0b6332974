import type { Chunk } from './chunks.ts';
import type { Cell, CellEstimate } from './types.ts';

/** What is not known from runs: what a job costs beside its work. Seconds. */
export interface Conditions {
  /** Jobs that a CI runs at once. */
  readonly machines: number;
  /** From a job's start to its own work: checkout, packages. */
  readonly setupSeconds: number;
  /** To take a baseline from the cache. */
  readonly fetchSeconds: number;
}

/** GitHub's free plan runs 20 jobs at once; the other two are round guesses, and are printed as such. */
export const USUAL: Conditions = { machines: 20, setupSeconds: 60, fetchSeconds: 20 };

export interface ScheduledJob {
  readonly id: string;
  readonly seconds: number;
}

/** What a cell's own job takes: one that leads its group builds the baseline, the others fetch it. */
export function jobSeconds(estimate: CellEstimate, leads: boolean, { setupSeconds, fetchSeconds }: Conditions): number {
  return setupSeconds + (leads ? estimate.baseline : fetchSeconds) + estimate.patched + estimate.rest;
}

/**
 * Jobs in the order in which they are given, each on the machine that is free first, as queues of CI do.
 * @returns when each machine is free at last; `free` are the times before, 0 for all in the beginning.
 */
export function assign(jobs: readonly ScheduledJob[], machines: number, from = 0): number {
  const free = Array.from({ length: machines }, () => from);
  for (const { seconds } of jobs) {
    const first = free.reduce((best, at, index) => (at < (free[best] ?? at) ? index : best), 0);
    free[first] = (free[first] ?? from) + seconds;
  }
  return free.reduce((last, at) => Math.max(last, at), from);
}

/** Waves one after the other: none of a wave begins before all of the one before have ended, as with GitHub's `needs`. */
export function schedule(waves: readonly (readonly ScheduledJob[])[], { machines }: Conditions) {
  let at = 0;
  for (const wave of waves) at = assign(wave, machines, at);
  const all = waves.flat();
  return {
    jobs: all.length,
    /** From the first start to the last end. */
    wallSeconds: at,
    /** Of all jobs together. */
    machineSeconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    /** As clouds bill: each job's minutes rounded up. */
    billedMinutes: all.reduce((sum, { seconds }) => sum + Math.ceil(seconds / 60), 0),
  };
}

/** The waves of a plan's chunks, chunk after chunk. @returns `undefined` when a cell has no estimate. */
export function wavesOf(
  chunks: readonly Chunk[],
  conditions: Conditions,
): readonly (readonly ScheduledJob[])[] | undefined {
  const job = (leads: boolean) => (cell: Cell) => ({
    id: cell.id,
    seconds: cell.estimate === undefined ? Number.NaN : jobSeconds(cell.estimate, leads, conditions),
  });
  const waves = chunks.flatMap(({ leaders, followers }) => [leaders.map(job(true)), followers.map(job(false))]);
  return waves.flat().some(({ seconds }) => Number.isNaN(seconds)) ? undefined : waves;
}
