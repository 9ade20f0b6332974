import path from 'node:path';
import type { Context } from '../system/context.ts';
import { type LauncherName, launcherEnvironment } from '../target/launcher.ts';
import type { Toolchain } from '../target/types.ts';
import { BUILD_PYTHON } from './build-python.ts';
import type { Quirk } from './types.ts';

/** Stands for a build's own folder in everything that is recorded or fingerprinted: variants differ in nothing else. */
export const ROOT = '$ROOT';

/** `text` with the folder written as `$ROOT`. */
export function withoutRoot(text: string, root: string): string {
  return text.replaceAll(root, ROOT);
}

/** The values of `env` with `$ROOT` written out. */
export function expandRoot(env: Readonly<Record<string, string>>, root: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll(ROOT, root)]));
}

/**
 * The whole environment of configure and make, with `$ROOT` for the build's folder. Nothing of the user's is in it: no
 * CFLAGS, no PYTHONPATH, no locale; and HOME is private, as `~/.pydistutils.cfg` and `~/.local` change what setup.py does.
 */
export function buildEnvironment(
  toolchain: Pick<Toolchain, 'path' | 'env' | 'target'>,
  quirks: readonly Quirk[],
  sourceDateEpoch: number,
): Readonly<Record<string, string>> {
  const cross = toolchain.target.host !== undefined;
  return {
    ...toolchain.env,
    PATH: [...(cross ? [`${ROOT}/${BUILD_PYTHON}`] : []), ...toolchain.path].join(path.delimiter),
    LC_ALL: 'C',
    TZ: 'UTC',
    HOME: `${ROOT}/home`,
    SOURCE_DATE_EPOCH: String(sourceDateEpoch),
    // As in tests of CPython: a build must not depend on the order of a set.
    PYTHONHASHSEED: '0',
    ...Object.assign({}, ...quirks.map((quirk) => quirk.env ?? {})),
  };
}

/** What the launcher needs on top; it reaches no product, so it is recorded but not fingerprinted. */
export function withLauncher(
  env: Readonly<Record<string, string>>,
  launcher: LauncherName,
  ctx: Pick<Context, 'env'>,
): Readonly<Record<string, string>> {
  return { ...env, ...launcherEnvironment(launcher, ROOT, ctx.env) };
}
