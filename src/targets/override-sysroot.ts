import path from 'node:path';
import type { TargetDescriptor } from './types.ts';

/** Whether a target is built with headers and libraries that the user may choose: `--sysroot`. */
export const takesSysroot = ({ driver }: Pick<TargetDescriptor, 'driver'>): boolean => driver === 'pcbuild';

/**
 * The target built with a Microsoft SDK that the user has unpacked; one that takes none is as it was.
 * @param folder as xwin or msvc-wine lays it out; relative to the folder that one stands in.
 */
export function overrideSysroot(target: TargetDescriptor, folder: string): TargetDescriptor {
  if (!takesSysroot(target)) return target;
  return { ...target, toolchain: { ...target.toolchain, sysroot: path.resolve(folder) } };
}
