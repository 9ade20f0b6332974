import type { RunRequest } from '../run/request.ts';
import { UserError } from '../system/diagnostic.ts';
import { type DriverOption, factsOf } from '../targets/drivers.ts';
import type { TargetDescriptor } from '../targets/types.ts';

/** @throws UserError for options of the Windows build that none of the targets takes: they would be forgotten in silence. */
export function refuseStrayOptions(
  { sysroot, build: { externals } }: Pick<RunRequest, 'sysroot' | 'build'>,
  targets: readonly Pick<TargetDescriptor, 'driver'>[],
): void {
  const takes = (option: DriverOption) => targets.some((target) => factsOf(target).takes.includes(option));
  if (sysroot !== undefined && !takes('sysroot')) {
    throw new UserError({
      code: 'cli/sysroot',
      message: '--sysroot: none of the targets is built with a Microsoft SDK',
      hint: takes('externals')
        ? 'on Windows, Visual Studio brings its own: leave --sysroot out'
        : 'it goes with --target msvc-x64',
    });
  }
  if (externals && !takes('externals')) {
    throw new UserError({
      code: 'cli/externals',
      message: '--externals: none of the targets is built by CPython’s own script for Windows',
      hint: 'it goes with --target msvc-x64 on a machine with Windows and Visual Studio',
    });
  }
}
