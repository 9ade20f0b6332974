import type { Variant } from '../builds/types.ts';
import type { Context } from '../system/context.ts';
import type { Pinning } from './pinning.ts';
import type { PreparedSuite } from './suites/suite.ts';
import type { Interpreter } from './types.ts';
import { startWorker, TestFailed, type Worker, WorkerLost } from './worker.ts';

/** What stays the same for all workers of a session. */
export interface TeamOptions {
  readonly interpreters: readonly Interpreter[];
  readonly suite: PreparedSuite;
  readonly pinning: Pinning | undefined;
  readonly planted: Readonly<Partial<Record<Variant, number>>>;
  readonly timeoutMs: number;
  readonly ctx: Context;
}

export type Team = Awaited<ReturnType<typeof startTeam>>;

/** One live worker a variant, all with one hash seed. */
export async function startTeam(options: TeamOptions, hashSeed: number) {
  let workers = new Map<Variant, Worker>();
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
    of: (variant: Variant): Worker => {
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
