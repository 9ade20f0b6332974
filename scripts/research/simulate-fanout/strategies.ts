/** The ways to run a matrix that are compared, as batches of jobs. */
import { type Chunk, chunksOf, groupsOf, MOST_JOBS } from '../../../src/run/fanout/chunks.ts';
import { USUAL } from '../../../src/run/fanout/schedule.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import { type Outcome, type SimulatedJob, simulate } from './simulate.ts';
import { factor, type Times } from './times.ts';

export interface Surroundings {
  readonly machines: number;
  readonly seed: number;
  readonly cacheMegabytes: number;
  readonly times: Times;
}

export interface Strategy {
  readonly name: string;
  readonly keeps: 'all' | 'baselines';
  /** All machines share a ccache: builds take objects from it, unless the recipe changes what all of them include. */
  readonly warm: boolean;
  readonly shares: boolean;
  readonly batches: (cells: readonly Cell[]) => readonly (readonly Step[])[];
}

interface Step {
  readonly cell: Cell;
  readonly after?: string | undefined;
}

const step = (cell: Cell): Step => ({ cell });
const chunked = (cells: readonly Cell[]) =>
  Array.from({ length: Math.ceil(cells.length / MOST_JOBS) }, (_, i) =>
    cells.slice(i * MOST_JOBS, (i + 1) * MOST_JOBS).map(step),
  );
const toRun = (cells: readonly Cell[]) => cells.filter(({ state }) => state === 'run');
/** As docs/workflows/forkwright-matrix-chunk.yml: leaders, then followers. */
const waves = (cells: readonly Cell[], most = MOST_JOBS) =>
  chunksOf({ cells }, most).flatMap(({ leaders, followers }) => [leaders.map(step), followers.map(step)]);
/** As `plan --format gitlab`: a follower waits for its own leader alone. */
const needs = (cells: readonly Cell[]) =>
  chunksOf({ cells }).map(({ leaders, followers }: Chunk) => {
    const ids = new Map(leaders.map((cell) => [cell.baseline, cell.id]));
    return [...leaders.map(step), ...followers.map((cell) => ({ cell, after: ids.get(cell.baseline) }))];
  });
/** A recipe after the other over all trees and targets, as a naive list would be. */
const byRecipe = (cells: readonly Cell[]) => {
  const name = ({ recipes: [first] }: Cell) => first?.id ?? '';
  const groups = new Map<string, Cell[]>();
  for (const cell of toRun(cells)) groups.set(name(cell), [...(groups.get(name(cell)) ?? []), cell]);
  return chunked([...groups.values()].flat());
};

const base = { keeps: 'baselines', warm: false, shares: true } as const;
export const STRATEGIES: readonly Strategy[] = [
  { ...base, name: 'nothing shared', shares: false, batches: (cells) => chunked(groupsOf({ cells }).flat()) },
  { ...base, name: 'a recipe after the other', batches: byRecipe },
  { ...base, name: 'the same, all builds kept', keeps: 'all', batches: byRecipe },
  { ...base, name: 'as planned, but all builds kept', keeps: 'all', batches: (cells) => waves(cells) },
  { ...base, name: 'as planned', batches: (cells) => waves(cells) },
  // Nearly: the chunks' leaders together, then their followers.
  { ...base, name: 'as planned, four chunks at once', batches: (cells) => waves(cells, 4 * MOST_JOBS) },
  { ...base, name: 'GitLab: each waits for its own baseline alone', batches: needs },
  { ...base, name: 'GitLab, and a ccache that all machines share', warm: true, batches: needs },
];

/** Recipes that change a header which all of CPython includes: nothing of ccache's fits. As `patches/` have them. */
export type Everywhere = ReadonlySet<string>;

export function run(
  strategy: Strategy,
  cells: readonly Cell[],
  everywhere: Everywhere,
  { machines, seed, cacheMegabytes, times }: Surroundings,
): Outcome {
  const job = ({ cell, after }: Step): SimulatedJob => jobOf(cell, after, strategy, everywhere, seed, times);
  const batches = strategy.batches(cells).map((batch) => batch.map(job));
  return simulate(batches, { machines, cacheMegabytes, keeps: strategy.keeps });
}

function jobOf(
  cell: Cell,
  after: string | undefined,
  { warm, shares }: Strategy,
  everywhere: Everywhere,
  seed: number,
  times: Times,
): SimulatedJob {
  const { prepare, make, rest, megabytes } = times.of(cell.target);
  const name = numberOf(cell.id);
  // Builds of one job are made by one machine: they are slow together.
  const slow = factor(times.spread, seed, name);
  const cached = warm && !cell.recipes.some(({ id }) => everywhere.has(id));
  return {
    id: cell.id,
    baseline: shares ? cell.baseline : undefined,
    setup: USUAL.setupSeconds,
    fetchSeconds: USUAL.fetchSeconds,
    baselineSeconds: slow * (prepare + make),
    workSeconds: slow * (prepare + make * (cached ? times.warm : 1) + rest),
    megabytes,
    after,
  };
}

/** A number of a cell's own, whatever stands before it. FNV-1a. */
function numberOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
