import { inParallel } from '../checkout/in-parallel.ts';
import type { Context } from '../system/context.ts';
import { isFile } from '../system/files.ts';
import { withEntryLock } from './store.ts';
import type { Build } from './types.ts';

/** The linked interpreters, or why there are none. */
export type Layouts = { readonly programs: readonly string[] } | { readonly why: string };

/**
 * The interpreter of a build linked again from the same objects, once for each seed in another order: the same code in
 * other places. Where code lies changes single tests by many percent (Mytkowicz et al. 2009, "Producing wrong data
 * without doing anything obviously wrong!"), so a change is best seen over many layouts (Curtsinger and Berger 2013,
 * "STABILIZER", which moves functions; this moves objects, and needs no other compiler).
 * They lie beside the interpreter and are kept: only what is missing is linked.
 * @param place where the interpreter of an order lies: of a path as long as the build's own, as paths lie in its memory.
 * @param prepare looks at the build. Gives what links one order and tells what went wrong, if anything did; or why none can be.
 * @param progress called after each link.
 * @returns their paths in the order of the seeds, or why the order cannot be changed.
 */
export async function linkLayouts(
  build: Build,
  seeds: readonly number[],
  place: (seed: number) => string,
  prepare: () => Promise<((seed: number) => Promise<string | undefined>) | { readonly why: string }>,
  ctx: Context,
  progress: (done: number) => void,
): Promise<Layouts> {
  const programs = seeds.map(place);
  const missing = async () => {
    const there = await Promise.all(programs.map((program) => isFile(program)));
    return seeds.filter((_, index) => !there[index]);
  };
  if ((await missing()).length === 0) return { programs };
  return withEntryLock(build.key, ctx, async () => {
    const link = await prepare();
    if ('why' in link) return link;
    let why: string | undefined;
    let done = 0;
    await inParallel(await missing(), Math.max(1, ctx.jobs), async (seed) => {
      if (why !== undefined) return;
      why = await link(seed);
      progress(++done);
    });
    return why === undefined ? { programs } : { why };
  });
}

/** Of the control's link: any number does, as long as it is the same everywhere. */
export const CONTROL_SEED = 1;

/** A copy in another order, the same for the same seed on every machine (Fisher and Yates; Park and Miller's generator). */
export function shuffledBy<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = (Math.abs(seed) % 2147483646) + 1;
  for (let i = result.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
