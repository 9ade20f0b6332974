import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { installCommand } from '../../targets/install.ts';
import { toolchainPackages } from '../../targets/toolchain.ts';
import { findProgram, searchFolders } from '../../targets/tools.ts';
import type { Toolchain } from '../../targets/types.ts';
import type { BuildPath, LinkStep, ToolSet } from '../pcbuild/index.ts';
import type { VisualC } from './projects.ts';
import { type Sysroot, sysrootOptions } from './sysroot.ts';

export interface ClangClOptions {
  readonly tools: ClangTools;
  readonly visualC: VisualC;
  readonly sysroot: Sysroot;
  readonly shim: string;
  /** Of libraries that come before the sysroot's: our own start-up code. */
  readonly libraries: readonly string[];
  /** Where resource scripts find the icons that they name with a backslash. */
  readonly icons: string;
  /** What runs programs here that are built on the way: of the target by Wine, and a Python of this machine's. */
  readonly run?: { readonly wine: string; readonly python: string } | undefined;
  /** Where ninja is run: sources are named from here. */
  readonly folder: string;
  /** Before each compilation: ccache. */
  readonly launcher?: readonly string[] | undefined;
  /** Of the objects of a DLL or program, where another order than the projects' is wanted. */
  readonly order?: (<T>(objects: readonly T[]) => readonly T[]) | undefined;
  /** More options for each compilation. */
  readonly cflags?: readonly string[] | undefined;
}

/** For Windows on x86-64, in the notation of Microsoft's compiler. */
export const CLANG_CL: readonly string[] = ['--driver-mode=cl', '--target=x86_64-pc-windows-msvc'];

/**
 * Remarks that say nothing about CPython's code: `PY3_DLLNAME` is pasted in a way that only this compiler minds,
 * attributes of mingw-w64 stand where it ignores them, options for the linker reach the compiler, and 2.7 casts
 * functions as C allowed it then.
 */
const QUIET: readonly string[] = [
  '-Wno-invalid-token-paste',
  '-Wno-unused-command-line-argument',
  '-Wno-ignored-attributes',
  '-Wno-ignored-pragma-intrinsic',
  '-Wno-incompatible-function-pointer-types',
  '-Wno-deprecated-declarations',
];

/** The compiler is told by its own option, or defines it. */
const OWN_DEFINES: ReadonlySet<string> = new Set(['_M_X64', '_WIN64', '_WINDLL']);

/**
 * Optimisation over all of a program, debugging information in a database, limits of Microsoft's compiler, which of its compilers is
 * to be taken: not of this one. Everything is linked with the C library as a DLL: there is no static one without Microsoft's SDK.
 */
function compilerSwitches(switches: readonly string[], { kind }: Sysroot): readonly string[] {
  const kept = switches.filter((one) => !/^\/(?:GL|Zi|ZI|Z7|Zm\d*|MP\d*|USECL:\w+|nologo)$/i.test(one));
  return kind === 'sdk' ? kept : kept.map((one) => (one === '/MT' ? '/MD' : one));
}

/**
 * Without `icf` functions of the same code would be one, and CPython's own test of that (test_no_comdat_folding) crashes; with `ref`
 * the linker throws away what Microsoft's keeps for the debugger.
 */
function linkerSwitches(switches: readonly string[]): readonly string[] {
  const own = /^\/(?:LTCG\b|DEBUG|OPT:|NOLOGO|MACHINE:)/i;
  const ours = ['/nologo', '/machine:x64', '/opt:noref,noicf', '/brepro', '/debug:symtab'];
  return [...ours, ...switches.filter((one) => !own.test(one))];
}

/** clang in cl mode with lld-link: what Microsoft's compiler and linker are told, without what only they have. */
export function clangCl(options: ClangClOptions): ToolSet {
  const { tools, visualC, sysroot, icons, folder, launcher = [], order = (objects) => objects } = options;
  const compiler = [
    ...CLANG_CL,
    `-fms-compatibility-version=${visualC.version}`,
    // Errors as GNU's compilers write them.
    '/clang:-fdiagnostics-format=clang',
    '-fno-color-diagnostics',
  ];
  const system = sysrootOptions(sysroot, visualC, options.shim);
  const own = sysroot.kind === 'mingw' ? [path.join(options.shim, 'include')] : [];
  const systemIncludes = [...own, ...sysroot.includes].flatMap((folder) => ['/i', folder]);
  return {
    name: `clang-cl and ${sysroot.title}`,
    launcher,
    compile: (unit, at) => [
      tools.clang,
      ...compiler,
      '/c',
      ...compilerSwitches(unit.switches, sysroot),
      ...unit.defines.filter((define) => !OWN_DEFINES.has(define)).map((define) => `-D${define}`),
      ...unit.includes.map((folder) => `-I${at(folder)}`),
      ...QUIET,
      ...system,
      ...(options.cflags ?? []),
      `/Fo${at(unit.object)}`,
      unit.language === 'c' ? '/TC' : '/TP',
      // Beginning with a slash it would be taken for an option; and so all variants' lines are the same.
      path.relative(folder, at(unit.source)),
    ],
    resource: (unit, at) => [
      tools.llvmRc,
      '/nologo',
      // Windows-1252, as resource compilers take files without a mark.
      ...['/c', '1252'],
      ...(unit.culture === undefined ? [] : ['/l', unit.culture.replace(/^0x/, '')]),
      ...unit.includes.flatMap((folder) => ['/i', at(folder)]),
      ...['/i', icons],
      ...systemIncludes,
      ...unit.defines.flatMap((define) => ['/d', define]),
      ...['/fo', at(unit.object), '--', at(unit.source)],
    ],
    assemble: (unit, at) => [tools.llvmMl, '-m64', '/nologo', '/c', '/Fo', at(unit.object), at(unit.source)],
    link: (link, objects, at) =>
      link.kind === 'lib'
        ? [tools.llvmLib, '/nologo', '/machine:x64', `/out:${at(link.output)}`, ...objects.map(at)]
        : [
            tools.lldLink,
            ...linkOptions(link, options, at),
            ...order(objects).map(at),
            ...link.libraries.map((library) => (library.kind === 'named' ? library.name : at(library.path))),
          ],
    step: (step, at) => {
      if (step.kind === 'copy') return ['cp', '--', at(step.from), at(step.output)];
      if (step.kind === 'import-library') {
        // Its name is the library's where the definition says none, as Microsoft's lib has it.
        const name = ['-D', `${path.posix.parse(step.output.path).name}.dll`];
        return [tools.llvmDlltool, ...importLibraryArguments(at(step.definition), at(step.output)), ...name];
      }
      if (options.run === undefined) return undefined;
      const isPython = step.kind === 'python';
      // For Wine from where ninja is run: the same for all variants, and Wine takes them as they are.
      const shown = (file: BuildPath) => (isPython ? at(file) : path.relative(folder, at(file)));
      const args = step.args.map((arg) =>
        typeof arg === 'string' ? arg : 'root' in arg ? shown(arg) : `${shown(arg.path)}${arg.suffix}`,
      );
      return [isPython ? options.run.python : options.run.wine, at(step.program), ...args];
    },
  };
}

function linkOptions(link: LinkStep, options: ClangClOptions, at: (path: BuildPath) => string): readonly string[] {
  const folders = [...link.libraryFolders.map(at), ...options.libraries, ...options.sysroot.libraries];
  return [
    ...linkerSwitches(link.switches),
    `/out:${at(link.output)}`,
    ...(link.kind === 'dll' ? ['/dll'] : []),
    ...(link.importLibrary === undefined ? [] : [`/implib:${at(link.importLibrary)}`]),
    ...(link.definition === undefined ? [] : [`/def:${at(link.definition)}`]),
    ...[...new Set(folders)].map((folder) => `/libpath:${folder}`),
  ];
}

/** Arguments for dlltool: llvm-lib reads no definition file before LLVM 16. */
export function importLibraryArguments(definition: string, output: string): readonly string[] {
  return ['-m', 'i386:x86-64', '-d', definition, '-l', output];
}

/** Absolute paths of the programs. */
export type ClangTools = Readonly<Record<'clang' | keyof ReturnType<typeof toolNames>, string>>;

/**
 * The programs of LLVM that belong to a toolchain's compiler.
 * @throws UserError `target/no-binutils` naming those that are not installed.
 */
export async function findClangTools({ cc, target }: Toolchain, ctx: Context): Promise<ClangTools> {
  const names = Object.entries(toolNames(cc.command[0] ?? cc.path));
  const files = await Promise.all(names.map(([, name]) => findProgram(name, searchFolders(ctx))));
  const lacking = names.flatMap(([, name], index) => (files[index] === undefined ? [name] : []));
  if (lacking.length > 0) {
    throw new UserError({
      code: 'target/no-binutils',
      message: `the toolchain of the target ${target.name} lacks ${lacking.join(', ')}`,
      hint: `install it: ${await installCommand(toolchainPackages(target), ctx)}`,
    });
  }
  const found = Object.fromEntries(names.map(([key], index) => [key, files[index]])) as Omit<ClangTools, 'clang'>;
  // It starts the clang that lies beside it, which where it is installed has that name.
  return { ...found, clang: cc.path, llvmRc: await realpath(found.llvmRc) };
}

/** The programs of LLVM that a compiler comes with: `clang-14` has `lld-link-14` beside it, or on the path. */
export function toolNames(clang: string) {
  const suffix = /-\d+$/.exec(path.basename(clang))?.[0] ?? '';
  return {
    lldLink: `lld-link${suffix}`,
    llvmLib: `llvm-lib${suffix}`,
    llvmDlltool: `llvm-dlltool${suffix}`,
    llvmRc: `llvm-rc${suffix}`,
    llvmMl: `llvm-ml${suffix}`,
  };
}
