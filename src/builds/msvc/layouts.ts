import { stat } from 'node:fs/promises';
import { inParallel } from '../../checkout/in-parallel.ts';
import type { Context } from '../../system/context.ts';
import type { Layouts } from '../layouts.ts';
import { shuffledBy } from '../link-order.ts';
import { withEntryLock } from '../store.ts';
import type { Build } from '../types.ts';
import { buildCommands } from './commands.ts';
import { relink, relinkedProgram } from './relink.ts';

/** A folder's name, as long as `amd64`. */
export function layoutFolder(seed: number): string {
  return `l${seed.toString(36).padStart(4, '0')}`;
}

/**
 * As `linkLayouts`, of a build for Windows: the code is in a DLL, which the interpreter finds beside itself, so each
 * layout is a folder beside its own.
 */
export async function linkDllLayouts(
  build: Build,
  seeds: readonly number[],
  ctx: Context,
  progress: (done: number) => void,
): Promise<Layouts> {
  const programs = seeds.map((seed) => relinkedProgram(build, layoutFolder(seed)));
  const missing = async () => {
    const there = await Promise.all(programs.map((program) => isThere(program)));
    return seeds.filter((_, index) => !there[index]);
  };
  if ((await missing()).length === 0) return { programs };
  return withEntryLock(build.key, ctx, async () => {
    const commands = await buildCommands(build, ctx);
    if (commands.dll === undefined) return { why: commands.why };
    let why: string | undefined;
    let done = 0;
    await inParallel(await missing(), Math.max(1, ctx.jobs), async (seed) => {
      if (why !== undefined) return;
      const order = (objects: readonly string[]) => shuffledBy(objects, seed);
      why = await relink(build, commands, { folder: layoutFolder(seed), order }, ctx);
      progress(++done);
    });
    return why === undefined ? { programs } : { why };
  });
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
