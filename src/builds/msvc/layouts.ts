import type { Context } from '../../system/context.ts';
import { type Layouts, linkLayouts } from '../layouts.ts';
import { shuffledBy } from '../link-order.ts';
import type { Build } from '../types.ts';
import { buildCommands } from './commands.ts';
import { relink, relinkedProgram } from './relink.ts';

/** A folder's name, as long as `amd64`. */
export function layoutFolder(seed: number): string {
  return `l${seed.toString(36).padStart(4, '0')}`;
}

/** The code is in a DLL, which the interpreter finds beside itself, so each layout is a folder beside its own. */
export function linkDllLayouts(
  build: Build,
  seeds: readonly number[],
  ctx: Context,
  progress: (done: number) => void = () => {},
): Promise<Layouts> {
  const place = (seed: number) => relinkedProgram(build, layoutFolder(seed));
  const prepare = async () => {
    const commands = await buildCommands(build, ctx);
    if (commands.dll === undefined) return { why: commands.why };
    return (seed: number) => {
      const order = (objects: readonly string[]) => shuffledBy(objects, seed);
      return relink(build, commands, { folder: layoutFolder(seed), order }, ctx);
    };
  };
  return linkLayouts(build, seeds, { place, prepare }, ctx, progress);
}
