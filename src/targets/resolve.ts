import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { findTarget } from './descriptors.ts';
import { factsOf } from './drivers.ts';
import { expandTarget } from './environment.ts';
import { wrongSshUrl } from './runners/ssh/connection.ts';
import { requireTrust } from './trust.ts';
import type { TargetDescriptor } from './types.ts';

interface TargetChoices {
  /** Where interpreters run instead, by the target's name: `--runner board=ssh://pi@board/fw`. */
  readonly runners?: Readonly<Record<string, string>> | undefined;
  /** A Microsoft SDK as xwin or msvc-wine lays it out, for the targets that take one; relative to the folder one stands in. */
  readonly sysroot?: string | undefined;
}

/**
 * The target called `name` as it is used here: its variables written out by the environment, then what the user chose.
 * @param folder where the search for the user's own descriptors begins.
 * @throws UserError as `resolveTarget`; `target/not-trusted` for one of a file that nobody has trusted; `target/runner` for an address that cannot be used.
 */
export async function targetFor(
  name: string,
  ctx: Pick<Context, 'env'>,
  { runners = {}, sysroot }: TargetChoices = {},
  folder = process.cwd(),
  platform: NodeJS.Platform = process.platform,
): Promise<TargetDescriptor> {
  const found = await findTarget(name, folder, platform);
  await requireTrust(found.target, found.file, ctx.env);
  const own = expandTarget(found.target, ctx);
  const target =
    sysroot === undefined || !factsOf(own).takes.includes('sysroot')
      ? own
      : { ...own, toolchain: { ...own.toolchain, sysroot: path.resolve(sysroot) } };
  const url = runners[name];
  if (url === undefined) return target;
  const wrong = wrongSshUrl(url);
  if (wrong !== undefined) {
    throw new UserError({
      code: 'target/runner',
      message: `--runner ${url}: ${wrong}`,
      hint: 'for example: --runner ssh://pi@board/home/pi/forkwright; below the home folder: ssh://pi@board/~/forkwright',
    });
  }
  // Another machine of the same kind: its key, say.
  const options = 'options' in target.run ? { options: target.run.options } : {};
  return { ...target, run: { runner: 'ssh', url, ...options } };
}
