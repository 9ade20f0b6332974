import type { Context } from '../system/context.ts';
import type { Turn } from './schedule.ts';
import type { PreparedSuite } from './suites/suite.ts';
import type { Interpreter, Measured, Sample, SampleHeader, SampleProblem } from './types.ts';
import { type Pinning, type Spent, startWorker, TestFailed, type Worker, WorkerLost } from './worker.ts';

export interface TeamOptions {
  readonly interpreters: readonly Interpreter<Measured>[];
  readonly suite: PreparedSuite;
  readonly pinning: Pinning | undefined;
  readonly planted: Readonly<Partial<Record<Measured, number>>>;
  readonly timeoutMs: number;
  readonly ctx: Context;
}

export type Team = Awaited<ReturnType<typeof startTeam>>;

/** One live worker a variant, all with one hash seed. */
export async function startTeam(options: TeamOptions, hashSeed: number) {
  let workers = new Map<Measured, Worker>();
  const end = async () => {
    const ending = [...workers.values()];
    workers = new Map();
    await Promise.all(ending.map((worker) => worker.end()));
  };
  const start = async () => {
    try {
      for (const interpreter of options.interpreters) {
        const stretch = options.planted[interpreter.variant] ?? 0;
        const worker = await startWorker({ ...options, interpreter, hashSeed, stretch, signal: options.ctx.signal });
        workers.set(interpreter.variant, worker);
      }
    } catch (error) {
      await end();
      throw error;
    }
  };
  await start();
  return {
    variants: options.interpreters.map(({ variant }) => variant),
    of: (variant: Measured): Worker => {
      const worker = workers.get(variant);
      if (worker === undefined) throw new Error(`no worker for ${variant}`);
      return worker;
    },
    restart: async () => {
      await end();
      await start();
    },
    end,
  };
}

export type Tried<T> = { readonly done: T } | { readonly kind: 'failed' | 'timeout'; readonly message: string };

/** What a worker does, or the trouble that a test is; a worker that was lost is started anew. */
export async function attempt<T>(team: Team, body: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { done: await body() };
  } catch (error) {
    const lost = error instanceof WorkerLost;
    if (!lost && !(error instanceof TestFailed)) throw error;
    if (lost) await team.restart();
    return { kind: lost && error.hung ? 'timeout' : 'failed', message: error.message };
  }
}

/** Less than this share left after the empty loop was subtracted: the difference would be noise. */
const LEAST_LEFT = 0.1;

/** Runs a test's turn of a pair. Whatever the test does, the others can go on, with new workers if need be. */
export async function runTurn(
  team: Team,
  pair: number,
  { blocks, ...turn }: Turn,
  header: SampleHeader,
): Promise<readonly (Sample | SampleProblem)[]> {
  const { test } = turn;
  const loops = header.loops[test] ?? 1;
  const taken = new Map<Measured, Spent[]>(blocks.map((variant) => [variant, []]));
  let running: Measured = 'baseline';
  const tried = await attempt(team, async () => {
    for (const variant of new Set(blocks)) {
      running = variant;
      await team.of(variant).run('warm', test, loops);
    }
    for (const variant of blocks) {
      running = variant;
      taken.get(variant)?.push(await team.of(variant).run('block', test, loops));
    }
  });
  if ('kind' in tried) return [{ type: 'problem', pair, variant: running, test, ...tried }];
  const uncalibrated = header.uncalibrated.includes(test);
  const operations = header.operations[test] ?? 1;
  return [...taken].map(([variant, blocks]) => {
    return {
      type: 'sample',
      pair,
      variant,
      ...turn,
      ...effective(blocks, uncalibrated),
      ...memoryOf(blocks),
      operations,
    };
  });
}

/** The most that was seen after a block. */
function memoryOf(blocks: readonly Spent[]): Pick<Sample, 'peakRssBytes' | 'pssBytes'> {
  const most = (of: (block: Spent) => number | undefined) => Math.max(...blocks.map((block) => of(block) ?? 0));
  const [peakRssBytes, pssBytes] = [most(({ peakRss }) => peakRss), most(({ pss }) => pss)];
  return { ...(peakRssBytes > 0 ? { peakRssBytes } : {}), ...(pssBytes > 0 ? { pssBytes } : {}) };
}

/** Subtracts the fastest empty loop, as pybench does, unless nothing sensible would be left. */
export function effective(blocks: readonly Spent[], uncalibrated: boolean) {
  const cpu = blocks.map((block) => block.cpu);
  const wall = blocks.map((block) => block.wall);
  const overheadCpu = Math.min(...blocks.map((block) => block.emptyCpu));
  const overheadWall = Math.min(...blocks.map((block) => block.emptyWall));
  const vanishes = (times: readonly number[], overhead: number) =>
    Math.min(...times) - overhead < LEAST_LEFT * Math.min(...times);
  if (uncalibrated || vanishes(cpu, overheadCpu) || vanishes(wall, overheadWall)) {
    return { cpu, wall, note: 'the test takes hardly longer than its empty loop, which is therefore not subtracted' };
  }
  const less = (times: readonly number[], overhead: number) => times.map((seconds) => seconds - overhead);
  return { cpu: less(cpu, overheadCpu), wall: less(wall, overheadWall), overheadCpu, overheadWall };
}
