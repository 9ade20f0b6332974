import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { isFile, isFolder } from '../../system/files.ts';
import type { TargetDescriptor } from '../../targets/types.ts';
import { compareVersions } from '../../targets/visual-studio/vswhere.ts';
import type { VisualC } from './projects.ts';

/** Headers and libraries to build for Windows with. */
export interface Sysroot {
  /**
   * `mingw`: mingw-w64's headers and import libraries, with our own start-up code. `sdk`: Microsoft's, which the user has
   * unpacked here.
   */
  readonly kind: 'mingw' | 'sdk';
  readonly title: string;
  /** Absolute folders, in order of search, behind those of the projects. */
  readonly includes: readonly string[];
  /** Absolute folders of import libraries. */
  readonly libraries: readonly string[];
}

type Folders = Pick<Sysroot, 'includes' | 'libraries'>;

/** The folder of the youngest version in `folder`: `10.0.19041.0`. */
async function newest(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\d+(?:\.\d+)+$/.test(name));
  const last = names.sort(compareVersions).at(-1);
  return last === undefined ? undefined : path.join(folder, last);
}

/** The first of the names that is a folder: the layouts differ in capitals. */
async function oneOf(folder: string, ...names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await isFolder(path.join(folder, name))) return path.join(folder, name);
  return undefined;
}

/**
 * Headers and libraries of `xwin splat`: `crt/{include,lib/x86_64}` and `sdk/{include,lib}/{ucrt,um}`.
 * @see https://github.com/Jake-Shadle/xwin
 */
async function xwin(root: string): Promise<Folders | undefined> {
  const crt = path.join(root, 'crt');
  // With --preserve-ms-arch-notation it is called x64.
  const lib = await oneOf(path.join(crt, 'lib'), 'x86_64', 'x64');
  if (lib === undefined) return undefined;
  const arch = path.basename(lib);
  const include = path.join(root, 'sdk', 'include');
  // With --include-… a version may stand in between; without it the kinds stand there themselves.
  const kinds = (await isFolder(path.join(include, 'um'))) ? include : ((await newest(include)) ?? include);
  return {
    includes: [path.join(crt, 'include'), ...['ucrt', 'um', 'shared'].map((kind) => path.join(kinds, kind))],
    libraries: [lib, ...['ucrt', 'um'].map((kind) => path.join(root, 'sdk', 'lib', kind, arch))],
  };
}

/**
 * Headers and libraries of msvc-wine's `vsdownload.py` and `install.sh`: `VC/Tools/MSVC/VERSION` and `kits/10` or
 * `Windows Kits/10`.
 * @see https://github.com/mstorsjo/msvc-wine
 */
async function msvcWine(root: string): Promise<Folders | undefined> {
  const inside = async (folder: string | undefined) => (folder === undefined ? undefined : newest(folder));
  const vc = await oneOf(root, 'VC/Tools/MSVC', 'VC/tools/msvc', 'vc/Tools/MSVC', 'vc/tools/msvc');
  const kits = (await oneOf(root, 'kits/10', 'Windows Kits/10')) ?? '';
  const tools = await inside(vc);
  const include = await inside(await oneOf(kits, 'Include', 'include'));
  const lib = await inside(await oneOf(kits, 'Lib', 'lib'));
  if (tools === undefined || include === undefined || lib === undefined) return undefined;
  return {
    includes: [path.join(tools, 'include'), ...['ucrt', 'um', 'shared'].map((kind) => path.join(include, kind))],
    libraries: [path.join(tools, 'lib', 'x64'), ...['ucrt', 'um'].map((kind) => path.join(lib, kind, 'x64'))],
  };
}

/**
 * A Microsoft SDK that was unpacked on this machine.
 * @param folder as xwin or msvc-wine lays it out; absolute.
 * @throws UserError `msvc/no-sysroot` when it is neither, or one of its parts is not there.
 */
export async function findSdk(folder: string): Promise<Sysroot> {
  const wrong = (message: string) =>
    new UserError({
      code: 'msvc/no-sysroot',
      message,
      hint: 'unpack one with `xwin --accept-license splat --output DIR`, or with vsdownload.py and install.sh of msvc-wine',
    });
  for (const [name, layout] of [['xwin', xwin] as const, ['msvc-wine', msvcWine] as const]) {
    const found = await layout(folder);
    if (found === undefined) continue;
    for (const part of [...found.includes, ...found.libraries])
      if (!(await isFolder(part)))
        throw wrong(`the Microsoft SDK in ${folder} is not whole: there is no folder ${part}`);
    return { kind: 'sdk', title: `a Microsoft SDK (${name})`, ...found };
  }
  throw wrong(`there is no Microsoft SDK in ${folder}: neither crt/lib/x86_64 nor VC/Tools/MSVC is there`);
}

/** Where Debian's package mingw-w64-x86-64-dev keeps them. */
const MINGW = { includes: '/usr/share/mingw-w64/include', libraries: '/usr/x86_64-w64-mingw32/lib' };

/**
 * The headers and libraries of a target: of the Microsoft SDK that it names, as xwin or msvc-wine lays it out, else Debian's
 * mingw-w64.
 * @throws UserError `msvc/no-sysroot` when they are not there.
 */
export async function targetSysroot({ toolchain }: Pick<TargetDescriptor, 'toolchain'>): Promise<Sysroot> {
  if (toolchain?.sysroot) return findSdk(toolchain.sysroot);
  const files = [path.join(MINGW.includes, 'windows.h'), path.join(MINGW.libraries, 'libkernel32.a')];
  if (!(await Promise.all(files.map(isFile))).every(Boolean))
    throw new UserError({
      code: 'msvc/no-sysroot',
      message: `the headers of mingw-w64 are not installed (looked for ${MINGW.includes}/windows.h)`,
      hint: 'install them: apt-get install -y --no-install-recommends mingw-w64-x86-64-dev',
    });
  const title = 'mingw-w64 headers and import libraries';
  return { kind: 'mingw', title, includes: [MINGW.includes], libraries: [MINGW.libraries] };
}

/** The compiler's options for a sysroot. @param shim the folder with our own headers, which mingw-w64's need. */
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
