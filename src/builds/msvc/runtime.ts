import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assetPath } from '../../system/assets.ts';
import { byCodeUnit } from '../../system/hash.ts';
import type { ToolCommand } from '../pcbuild/index.ts';
import { CLANG_CL, type ClangTools, importLibraryArguments } from './clang-cl.ts';
import type { VisualC } from './projects.ts';

interface Parts {
  /** Sources of msvcrt.lib in the folder `crt` of our shim. */
  readonly sources: readonly string[];
  /** The C library's own import library, of mingw-w64. */
  readonly imports: readonly string[];
  /** Names that it lacks: mingw-w64 has them in libmingwex, compiled. */
  readonly definitions: readonly string[];
}

const COMMON = ['common.c', 'dll.c', 'dllmain.c', 'chkstk.s'];

const PARTS: Readonly<Record<VisualC['library'], Parts>> = {
  ucrt: {
    sources: [
      ...[...COMMON, 'tls.c', 'ucrt-names.c', 'ucrt-classify.c', 'int128.c'],
      ...['ucrt-main.c', 'ucrt-wmain.c', 'ucrt-wwinmain.c'],
    ],
    imports: ['libucrt.a'],
    definitions: ['vcruntime.def', 'ucrt-math.def', 'ucrt-string.def'],
  },
  msvcr90: {
    sources: [...COMMON, 'vc90-main.c', 'vc90-wmain.c', 'vc90-winmain.c', 'vc90-wwinmain.c', 'vc90-names.c'],
    imports: ['libmsvcr90.a'],
    definitions: ['msvcr90-math.def'],
  },
};

/**
 * What stands in for the libraries of Visual C++ that mingw-w64 has not: `msvcrt.lib`, which every object compiled with
 * /MD asks for, with the start-up code and the C library; an empty `oldnames.lib`.
 * @param shim the folder with our own headers and start-up code.
 * @param mingw the folder of its import libraries.
 * @returns the commands that make them in `folder`, in order.
 */
export function runtimeCommands(
  visualC: VisualC,
  tools: Pick<ClangTools, 'clang' | 'llvmLib' | 'llvmDlltool'>,
  { shim, mingw, folder }: { readonly shim: string; readonly mingw: string; readonly folder: string },
): readonly ToolCommand[] {
  const { sources, imports, definitions } = PARTS[visualC.library];
  const crt = path.join(shim, 'crt');
  const inside = (name: string, extension: string) => path.join(folder, `${path.parse(name).name}${extension}`);
  const objects = sources.map((name) => inside(name, '.obj'));
  const compile = sources.map(
    (name): ToolCommand =>
      name.endsWith('.s')
        ? [tools.clang, '--target=x86_64-pc-windows-msvc', '-c', '-o', inside(name, '.obj'), path.join(crt, name)]
        : [tools.clang, ...CLANG_CL, '/c', '/O2', '/Zl', `/Fo${inside(name, '.obj')}`, `/Tc${path.join(crt, name)}`],
  );
  const libraries = definitions.map((name) => inside(name, '-imports.lib'));
  const imported = definitions.map((name, i): ToolCommand => {
    return [tools.llvmDlltool, ...importLibraryArguments(path.join(crt, name), libraries[i] ?? '')];
  });
  const merge: ToolCommand = [
    tools.llvmLib,
    ...['/nologo', '/machine:x64', `/out:${path.join(folder, 'msvcrt.lib')}`],
    ...objects,
    ...libraries,
    ...imports.map((name) => path.join(mingw, name)),
  ];
  return [...compile, ...imported, merge];
}

/** Libraries of Microsoft's SDK that are linked in, and whose functions a DLL of Windows has as well. */
const IMPORTED_FROM: Readonly<Record<string, string>> = { 'fci.lib': 'cabinet.lib' };

/** mingw-w64's import libraries under the names that the projects know: `kernel32.lib` is a link to `libkernel32.a`. */
export async function linkSystemLibraries(names: readonly string[], mingw: string, folder: string): Promise<void> {
  const there = new Map((await readdir(mingw)).map((name) => [name.toLowerCase(), name]));
  // In small letters, as source files ask for them, and as the projects spell them.
  for (const name of new Set(names.flatMap((one) => [one, one.toLowerCase()]))) {
    const small = name.toLowerCase();
    const found = there.get(`lib${(IMPORTED_FROM[small] ?? small).replace(/\.lib$/, '.a')}`);
    if (found !== undefined) await symlink(path.join(mingw, found), path.join(folder, name));
  }
  // An archive without members.
  await writeFile(path.join(folder, 'oldnames.lib'), '!<arch>\n');
}

/**
 * Resource scripts name their icons as `icons\python.ico`. Here a backslash may be part of a name: links with such names
 * stand for the files, with the backslash once and as an escape.
 */
export async function linkIcons(source: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const icons = path.join(source, 'PC', 'icons');
  for (const name of await readdir(icons).catch(() => []))
    for (const between of ['\\', '\\\\'])
      await symlink(path.join(icons, name), path.join(folder, `icons${between}${name}`));
}

/** All of our own files, headers for mingw-w64 and start-up code, sorted by name: `first/intrin.h`. */
export async function shimFiles(): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const folder = assetPath('builds/msvc');
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return Promise.all(
    names.sort(byCodeUnit).map(async (name) => ({ name, text: await readFile(path.join(folder, name), 'latin1') })),
  );
}
