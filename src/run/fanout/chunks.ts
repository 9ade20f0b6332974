import type { Cell, Plan } from './types.ts';

/** GitHub: "a matrix will generate a maximum of 256 jobs per workflow run" (its documentation of matrices). */
export const MOST_JOBS = 256;

/** Cells for one run of a CI's workflow. */
export interface Chunk {
  /** One of each group: it builds the baseline that the others of the group find in the cache. */
  readonly leaders: readonly Cell[];
  readonly followers: readonly Cell[];
}

/** The cells that are to be run, by the baseline that they share, in the plan's order. */
export function groupsOf({ cells }: Pick<Plan, 'cells'>): readonly (readonly Cell[])[] {
  const run = cells.filter(({ state }) => state === 'run');
  return [...Map.groupBy(run, ({ baseline, id }) => baseline ?? id).values()];
}

/**
 * Cuts a plan into chunks of at most `most` jobs. A group stays whole where it can: its baseline has to live in the cache
 * only while its chunk runs, and caches are small. One that is larger than a chunk begins anew in the next.
 */
export function chunksOf(plan: Pick<Plan, 'cells'>, most = MOST_JOBS): readonly Chunk[] {
  const chunks: { leaders: Cell[]; followers: Cell[] }[] = [];
  let room = 0;
  for (const group of groupsOf(plan)) {
    for (let at = 0; at < group.length; at += most) {
      const [leader, ...rest] = group.slice(at, at + most);
      if (leader === undefined) continue;
      if (rest.length + 1 > room) {
        chunks.push({ leaders: [], followers: [] });
        room = most;
      }
      const chunk = chunks.at(-1);
      chunk?.leaders.push(leader);
      chunk?.followers.push(...rest);
      room -= rest.length + 1;
    }
  }
  return chunks;
}
