import type { RunRequest } from '../run/request.ts';
import { UserError } from '../system/diagnostic.ts';
import { takesSysroot } from '../targets/resolve.ts';
import type { TargetDescriptor } from '../targets/types.ts';

/** @throws UserError for options of the Windows build that none of the targets takes: they would be forgotten in silence. */
export function refuseStrayOptions(
  { sysroot, build: { externals } }: Pick<RunRequest, 'sysroot' | 'build'>,
  targets: readonly Pick<TargetDescriptor, 'driver'>[],
): void {
  const onWindows = targets.some(({ driver }) => driver === 'msbuild');
  if (sysroot !== undefined && !targets.some(takesSysroot)) {
    throw new UserError({
      code: 'cli/sysroot',
      message: '--sysroot: none of the targets is built with a Microsoft SDK',
      hint: onWindows
        ? 'on Windows, Visual Studio brings its own: leave --sysroot out'
        : 'it goes with --target msvc-x64',
    });
  }
  if (externals && !onWindows) {
    throw new UserError({
      code: 'cli/externals',
      message: '--externals: none of the targets is built by CPython’s own script for Windows',
      hint: 'it goes with --target msvc-x64 on a machine with Windows and Visual Studio',
    });
  }
}
