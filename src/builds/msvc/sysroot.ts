import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { isFile } from '../../system/files.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import type { VisualC } from './flavour.ts';
import { findSdk, type Sysroot } from './sdk.ts';

export type { Sysroot } from './sdk.ts';

/** Where Debian's package mingw-w64-x86-64-dev keeps them. */
const MINGW = { includes: '/usr/share/mingw-w64/include', libraries: '/usr/x86_64-w64-mingw32/lib' };

/**
 * The headers and libraries of a target: of the Microsoft SDK that it names, as xwin or msvc-wine lays it out, else Debian's
 * mingw-w64.
 * @throws UserError `msvc/no-sysroot` when they are not there.
 */
export async function targetSysroot({ toolchain }: Pick<TargetDescriptor, 'toolchain'>): Promise<Sysroot> {
  if (toolchain?.sysroot) return findSdk(toolchain.sysroot);
  if (!(await mingwIsThere()))
    throw new UserError({
      code: 'msvc/no-sysroot',
      message: `the headers of mingw-w64 are not installed (looked for ${MINGW.includes}/windows.h)`,
      hint: 'install them: apt-get install -y --no-install-recommends mingw-w64-x86-64-dev',
    });
  return {
    kind: 'mingw',
    title: 'mingw-w64 headers and import libraries',
    includes: [MINGW.includes],
    libraries: [MINGW.libraries],
  };
}

async function mingwIsThere(): Promise<boolean> {
  const files = [path.join(MINGW.includes, 'windows.h'), path.join(MINGW.libraries, 'libkernel32.a')];
  return (await Promise.all(files.map(isFile))).every(Boolean);
}

/**
 * The compiler's options for a sysroot.
 * @param shim the folder with our own headers, which mingw-w64's need.
 */
export function sysrootOptions({ kind, includes }: Sysroot, visualC: VisualC, shim: string): readonly string[] {
  const system = includes.flatMap((folder) => ['-imsvc', folder]);
  if (kind === 'sdk') return system;
  return [
    ...(visualC.library === 'msvcr90' ? ['-DFORKWRIGHT_MSVCR=0x0900'] : []),
    `-FI${path.join(shim, 'include', 'forkwright-msvc.h')}`,
    // Before the compiler's own headers, which come before all of -imsvc.
    `-I${path.join(shim, 'first')}`,
    ...['-imsvc', path.join(shim, 'include')],
    ...system,
  ];
}
