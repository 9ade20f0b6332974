import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { isFolder } from '../../system/files.ts';
import { compareVersions } from '../../targets/visual-studio/vswhere.ts';

/** Headers and libraries to build for Windows with. */
export interface Sysroot {
  /**
   * `mingw`: mingw-w64's headers and import libraries, with our own start-up code. `sdk`: Microsoft's, which the user has
   * unpacked here.
   */
  readonly kind: 'mingw' | 'sdk';
  /** For the report. */
  readonly title: string;
  /** Absolute folders, in order of search, behind those of the projects. */
  readonly includes: readonly string[];
  /** Absolute folders of import libraries. */
  readonly libraries: readonly string[];
}

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
async function xwin(root: string): Promise<Omit<Sysroot, 'kind' | 'title'> | undefined> {
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
async function msvcWine(root: string): Promise<Omit<Sysroot, 'kind' | 'title'> | undefined> {
  const vc = await oneOf(root, 'VC', 'vc');
  const tools =
    vc === undefined
      ? undefined
      : await newest(path.join(vc, (await oneOf(vc, 'Tools')) ? 'Tools/MSVC' : 'tools/msvc'));
  const kits = (await oneOf(root, 'kits/10', 'Windows Kits/10')) ?? '';
  const [include, lib] = await Promise.all(
    [
      ['Include', 'include'],
      ['Lib', 'lib'],
    ].map(async (names) => {
      const folder = await oneOf(kits, ...names);
      return folder === undefined ? undefined : newest(folder);
    }),
  );
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
  const hint =
    'unpack one with `xwin --accept-license splat --output DIR`, or with vsdownload.py and install.sh of msvc-wine';
  for (const [name, layout] of [
    ['xwin', xwin],
    ['msvc-wine', msvcWine],
  ] as const) {
    const found = await layout(folder);
    if (found === undefined) continue;
    for (const part of [...found.includes, ...found.libraries])
      if (!(await isFolder(part)))
        throw new UserError({
          code: 'msvc/no-sysroot',
          message: `the Microsoft SDK in ${folder} is not whole: there is no folder ${part}`,
          hint,
        });
    return { kind: 'sdk', title: `a Microsoft SDK (${name})`, ...found };
  }
  throw new UserError({
    code: 'msvc/no-sysroot',
    message: `there is no Microsoft SDK in ${folder}: neither crt/lib/x86_64 nor VC/Tools/MSVC is there`,
    hint,
  });
}
