/** The strategies over one matrix, beside what `plan` says of it without a simulation. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chunksOf, groupsOf } from '../../../src/run/fanout/chunks.ts';
import { schedule, USUAL, wavesOf } from '../../../src/run/fanout/schedule.ts';
import type { Cell } from '../../../src/run/fanout/types.ts';
import { matrixOf } from './matrix.ts';
import type { Measured } from './measure.ts';
import { releaseTags } from './releases.ts';
import type { Outcome } from './simulate.ts';
import { type Everywhere, run, STRATEGIES } from './strategies.ts';
import { type Times, timesOf } from './times.ts';

const PATCHES = fileURLToPath(new URL('../../../patches', import.meta.url));

export interface Simulation {
  /** CPython's newest release tags. */
  readonly refs: number;
  readonly machines: number;
  readonly cacheMegabytes: number;
  /** How many times as fast as what measured. */
  readonly speed: number;
  readonly seed: number;
  /** Of the jobs' times, the standard deviation of the logarithm; absent: as it was measured. */
  readonly spread?: number | undefined;
}

/** GitHub's free plan, and its cache of a repository. */
export const USUAL_SIMULATION: Simulation = { refs: 500, machines: 20, cacheMegabytes: 10_000, speed: 1, seed: 1 };

/** GitHub's rate for a Linux machine with 2 cores since 2026-01-01, in dollars (its page "Actions runner pricing"). */
export const DOLLARS_A_MINUTE = 0.006;

export interface Compared {
  readonly simulation: Simulation;
  readonly cells: number;
  readonly states: Readonly<Record<string, number>>;
  readonly baselines: number;
  readonly chunks: number;
  /** What `forkwright plan` would say: medians, and no cache that forgets. */
  readonly analytic: { readonly wallSeconds: number; readonly machineSeconds: number; readonly billedMinutes: number };
  readonly outcomes: readonly (Outcome & { readonly strategy: string; readonly dollars: number })[];
}

/** What a simulation is of: the newest tags' cells, and what the recipes touch. */
export async function subjectOf(refs: number): Promise<Subject> {
  return { cells: await matrixOf(releaseTags().slice(-refs)), everywhere: await recipesOfHeaders() };
}

export interface Subject {
  readonly cells: readonly Cell[];
  readonly everywhere: Everywhere;
}

/** @param strategies names; absent: all. */
export function compared(
  measured: Measured,
  simulation: Simulation,
  subject: Subject,
  strategies = STRATEGIES.map(({ name }) => name),
): Compared {
  const { machines, cacheMegabytes, speed, seed, spread } = simulation;
  const measuredTimes = timesOf(measured, speed);
  const times = spread === undefined ? measuredTimes : { ...measuredTimes, spread };
  const cells = subject.cells.map((cell) => estimated(cell, times));
  const { everywhere } = subject;
  const chunks = chunksOf({ cells });
  const waves = wavesOf(chunks, { ...USUAL, machines }) ?? [];
  const states: Record<string, number> = {};
  for (const { state } of cells) states[state] = (states[state] ?? 0) + 1;
  return {
    simulation,
    cells: cells.length,
    states,
    baselines: groupsOf({ cells }).length,
    chunks: chunks.length,
    analytic: schedule(waves, { ...USUAL, machines }),
    outcomes: STRATEGIES.filter(({ name }) => strategies.includes(name)).map((strategy) => {
      const outcome = run(strategy, cells, everywhere, { machines, cacheMegabytes, seed, times });
      return { strategy: strategy.name, ...outcome, dollars: outcome.billedMinutes * DOLLARS_A_MINUTE };
    }),
  };
}

/** As `estimateCell` would from runs like those that were measured. */
export function estimated(cell: Cell, times: Times): Cell {
  if (cell.state !== 'run') return cell;
  const { prepare, make, rest, builds } = times.of(cell.target);
  const from = `${builds} builds for ${cell.target}`;
  return { ...cell, estimate: { baseline: prepare + make, patched: prepare + make, rest, from } };
}

/** Recipes after which everything is compiled anew: they edit a header, or what configure writes into one. */
export async function recipesOfHeaders(): Promise<Everywhere> {
  // A build option: its configure writes another pyconfig.h.
  const found = new Set<string>(['no-docstrings']);
  for (const series of await readdir(PATCHES)) {
    for (const name of await readdir(path.join(PATCHES, series))) {
      const patch = await readFile(path.join(PATCHES, series, name), 'latin1');
      if (/^\+\+\+ b\/Include\//m.test(patch)) found.add(name.replace(/\.patch$/, '').replace(/^\d+-/, ''));
    }
  }
  return found;
}

export function comparedText({ cells, states, baselines, chunks, analytic, outcomes, simulation }: Compared): string {
  const rows = outcomes.map((o) =>
    [
      o.strategy.padEnd(52),
      `${hours(o.wallSeconds)} h`.padStart(9),
      `${hours(o.machineSeconds)} h`.padStart(9),
      `${o.billedMinutes} min`.padStart(12),
      `$${o.dollars.toFixed(0)}`.padStart(7),
      `${(o.use * 100).toFixed(0)}%`.padStart(5),
      `${o.hits} hits, ${o.misses} misses, ${o.evicted} evicted, ${o.baselinesBuilt} baselines`,
    ].join('  '),
  );
  return `${[
    `${cells} cells: ${Object.entries(states)
      .map(([state, n]) => `${n} ${state}`)
      .join(', ')}`,
    `${baselines} baselines, ${chunks} chunks, ${simulation.machines} machines`,
    `plan’s own estimate: ${hours(analytic.wallSeconds)} h wall, ${hours(analytic.machineSeconds)} h of machines, ${analytic.billedMinutes} min billed`,
    '',
    ...rows,
  ].join('\n')}\n`;
}

const hours = (seconds: number) => (seconds / 3600).toFixed(1);
