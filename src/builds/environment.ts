import path from 'node:path';
import type { Context } from '../system/context.ts';
import { LAUNCHERS, launcherEnvironment } from '../targets/launcher.ts';
import type { Tool, Toolchain } from '../targets/types.ts';
import { BUILD_PYTHON } from './build-python.ts';
import type { Build, BuildPlan, Quirk } from './types.ts';

/** Stands for a build's own folder in everything that is recorded or fingerprinted: variants differ in nothing else. */
export const ROOT = '$ROOT';

/** `text` with the folder written as `$ROOT`. */
export const withoutRoot = (text: string, root: string): string => text.replaceAll(root, ROOT);

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

export function toolsOf({ toolchain }: Pick<BuildPlan, 'toolchain'>): readonly Tool[] {
  return toolchain.launcher === undefined ? [toolchain.make] : [toolchain.make, toolchain.launcher];
}

/**
 * The environment that commands run in: a build's own, with its folder written out, and what its launcher needs on top.
 * That reaches no product and may hold passwords of a remote cache, so it is neither fingerprinted nor recorded.
 */
export function commandEnvironment(
  build: Pick<Build, 'env' | 'root' | 'tools'>,
  ctx: Pick<Context, 'env'>,
): Readonly<Record<string, string>> {
  const launcher = LAUNCHERS.find((name) => build.tools.some((tool) => tool.name === name)) ?? 'none';
  return { ...expandRoot(build.env, build.root), ...launcherEnvironment(launcher, build.root, ctx.env) };
}
