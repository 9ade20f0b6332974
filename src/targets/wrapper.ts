import { chmod } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { writeFileAtomic } from '../system/files.ts';
import { quoted } from '../system/quote.ts';
import { runnerFor } from './runner.ts';
import type { TargetDescriptor } from './types.ts';

/** In the object folder, where the interpreter looks for the marks of a build folder. */
const NAME = 'python-run';

/**
 * Writes the script that starts a target's interpreter here, so that the interpreter can start itself: the kernel cannot,
 * unless somebody registered the emulator for such files.
 * @returns its absolute path, or `undefined` where none is needed.
 */
export async function writeWrapper(
  python: string,
  target: Pick<TargetDescriptor, 'run'>,
  ctx: Pick<Context, 'env'>,
): Promise<string | undefined> {
  const runner = runnerFor(target);
  if (runner.restart === undefined) return undefined;
  const wrapper = path.join(path.dirname(python), NAME);
  const words = (await runner.restart(python, wrapper, ctx)).map(quoted);
  await writeFileAtomic(wrapper, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
  await chmod(wrapper, 0o755);
  return wrapper;
}
