import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { binutilName, findBinutils } from './binutils.ts';
import { HOST } from './descriptors.ts';
import { installCommand } from './install.ts';
import { detectLauncher } from './launcher.ts';
import { RUN_ENVIRONMENT } from './runner.ts';
import { parseSshUrl, sshCommand } from './runners/ssh/connection.ts';
import { greet } from './runners/ssh/hello.ts';
import { findWine, requireWine, WINE_PACKAGES } from './runners/wine.ts';
import {
  checkCompiler,
  findCompiler,
  makePackages,
  makeProgram,
  NEEDED_BINUTILS,
  toolchainCommand,
  toolchainPackages,
} from './toolchain.ts';
import { findProgram, findTool, searchFolders } from './tools.ts';
import type { Requirement, TargetDescriptor, Tool } from './types.ts';
import { findVisualStudio, OBTAIN_VISUAL_STUDIO } from './visual-studio/find.ts';
import { thisSystem, type WindowsSystem } from './visual-studio/system.ts';

interface Library {
  readonly header: string;
  readonly packages: readonly string[];
  readonly modules: string;
}

/** Libraries of which CPython makes extension modules. None is needed to build, run or measure the interpreter. */
const LIBRARIES: readonly Library[] = [
  { header: 'zlib.h', packages: ['zlib1g-dev'], modules: 'zlib, zipimport of compressed archives' },
  { header: 'openssl/ssl.h', packages: ['libssl-dev'], modules: '_ssl, _hashlib' },
  { header: 'ffi.h', packages: ['libffi-dev'], modules: '_ctypes (3.7 and later)' },
  { header: 'bzlib.h', packages: ['libbz2-dev'], modules: 'bz2' },
  { header: 'lzma.h', packages: ['liblzma-dev'], modules: '_lzma' },
  { header: 'readline/readline.h', packages: ['libreadline-dev'], modules: 'readline' },
  { header: 'curses.h', packages: ['libncurses-dev'], modules: '_curses' },
  { header: 'sqlite3.h', packages: ['libsqlite3-dev'], modules: '_sqlite3' },
  { header: 'uuid/uuid.h', packages: ['uuid-dev'], modules: '_uuid' },
];

/**
 * What building for a target needs on this machine, required things first, and what of it is there.
 * Nothing is thrown for what is missing: that is the answer.
 */
export async function requirements(
  target: TargetDescriptor,
  ctx: Context,
  system: WindowsSystem = thisSystem(ctx),
): Promise<readonly Requirement[]> {
  if (target.driver === 'msbuild')
    return Promise.all([visualStudioRequirement(system), ...machineRequirement(target, ctx)]);
  const cross = target.host !== undefined;
  const needed = await Promise.all([
    compilerRequirement(target, ctx),
    ...(cross ? [binutilsRequirement(target, ctx), buildCompiler(ctx)] : []),
    ...emulatorRequirement(target, ctx),
    ...machineRequirement(target, ctx),
    makeRequirement(target, ctx),
    requirement(
      'compiler cache',
      'makes a second build quicker: every file that a patch does not reach is taken from the cache',
      true,
      await detectLauncher(ctx),
      ['ccache'],
      ctx,
    ),
  ]);
  // A cross compiler's headers lie elsewhere, and its libraries are the target's business.
  if (cross) return needed;
  const valgrind = await requirement(
    'valgrind',
    'counts the instructions that each test executes',
    true,
    await findTool('valgrind', ctx),
    ['valgrind'],
    ctx,
  );
  const folders = await headerFolders();
  const libraries = await Promise.all(
    LIBRARIES.map(async (library) => {
      const header = await firstFile(folders, library.header);
      const found = header === undefined ? undefined : { name: library.header, path: header, version: '' };
      const why = `for the modules ${library.modules}; without it they are left out of all builds alike`;
      return requirement(library.header, why, true, found, library.packages, ctx);
    }),
  );
  return [...needed, valgrind, ...libraries];
}

/** What compiles and links on Windows, with its headers and libraries. */
async function visualStudioRequirement(system: WindowsSystem): Promise<Requirement> {
  const found = await findVisualStudio(system);
  const common = { need: 'Visual Studio', why: "builds CPython's Windows projects", optional: false, packages: [] };
  if (typeof found === 'string') return { ...common, install: `${found}: ${OBTAIN_VISUAL_STUDIO}` };
  const [{ installation, msbuild } = { installation: { name: '', version: '' }, msbuild: '' }] = found;
  const toolsets = [...new Set(found.flatMap((one) => one.toolsets.map(({ name }) => name)))].join(', ');
  const version = `${installation.name} ${installation.version}, toolsets ${toolsets}`;
  return { ...common, found: { name: 'MSBuild', path: msbuild, version } };
}

async function compilerRequirement(target: TargetDescriptor, ctx: Context): Promise<Requirement> {
  const found = await workingCompiler(target, ctx);
  const own = target.host === undefined;
  return {
    need: own ? 'C compiler' : `C compiler for ${target.host}`,
    why: 'compiles CPython',
    optional: false,
    found,
    install: found === undefined ? await toolchainCommand(target, ctx) : undefined,
    packages: toolchainPackages(target),
  };
}

/** What runs the build's commands. */
async function makeRequirement(target: TargetDescriptor, ctx: Context): Promise<Requirement> {
  const name = makeProgram(target);
  const why = name === 'make' ? "runs CPython's Makefile" : "runs the commands of CPython's Windows projects";
  return requirement(name, why, false, await findTool(name, ctx), makePackages(target), ctx);
}

/** What makes the interpreter that every cross build needs. */
async function buildCompiler(ctx: Context): Promise<Requirement> {
  const need = await compilerRequirement(HOST, ctx);
  return { ...need, need: 'C compiler for this machine', why: 'compiles the build python: the same version, run here' };
}

async function binutilsRequirement(target: TargetDescriptor, ctx: Context): Promise<Requirement> {
  const found = await findBinutils(target, ctx);
  const lacking = NEEDED_BINUTILS.filter((name) => found[name] === undefined);
  const ar = found.ar;
  return {
    need: `binutils for ${target.host}`,
    why:
      lacking.length === 0 ? 'link it' : `link it; missing: ${lacking.map((n) => binutilName(target, n)).join(', ')}`,
    optional: false,
    found: lacking.length > 0 || ar === undefined ? undefined : { name: 'ar', path: ar, version: '' },
    install: lacking.length > 0 ? await toolchainCommand(target, ctx) : undefined,
    packages: toolchainPackages(target),
  };
}

/** Where an emulator is found when an interpreter is started: on its PATH, not on the user's. */
function emulatorFolders(ctx: Pick<Context, 'env'>): readonly string[] {
  return ctx.env.FORKWRIGHT_PATH ? searchFolders(ctx) : (RUN_ENVIRONMENT.PATH ?? '').split(path.delimiter);
}

/** What runs the target's interpreters here. */
function emulatorRequirement(target: TargetDescriptor, ctx: Context): readonly Promise<Requirement>[] {
  const { run } = target;
  if (run.runner === 'wine') return [wineRequirement(run, ctx)];
  if (run.runner !== 'qemu') return [];
  const packages = run.packages ?? ['qemu-user'];
  const need = async () => {
    const found = await findTool(run.program, ctx, emulatorFolders(ctx));
    return requirement(run.program, "runs the target's interpreters here", false, found, packages, ctx);
  };
  const sysroot = run.sysroot;
  if (sysroot === undefined) return [need()];
  const library = async (): Promise<Requirement> => {
    const there = (await stat(path.join(sysroot, 'lib')).catch(() => undefined))?.isDirectory() ?? false;
    return {
      need: sysroot,
      why: "the target's own C library, which its interpreters load",
      optional: false,
      found: there ? { name: path.basename(sysroot), path: sysroot, version: '' } : undefined,
      install: there ? undefined : await toolchainCommand(target, ctx),
      packages: toolchainPackages(target),
    };
  };
  return [need(), library()];
}

async function wineRequirement(
  run: Extract<TargetDescriptor['run'], { runner: 'wine' }>,
  ctx: Context,
): Promise<Requirement> {
  const tools = await findWine(run, ctx);
  const found = tools === undefined ? undefined : { name: 'wine', path: tools.wine, version: tools.version };
  return requirement('wine', "runs the target's interpreters here", false, found, run.packages ?? WINE_PACKAGES, ctx);
}

/** The machine that runs the target's interpreters, when it is another one: spoken to. */
function machineRequirement({ run }: TargetDescriptor, ctx: Context): readonly Promise<Requirement>[] {
  if (run.runner !== 'ssh') return [];
  const place = parseSshUrl(run.url);
  const client = async () => {
    // It has no --version.
    const file = await findProgram('ssh', searchFolders(ctx));
    const found = file === undefined ? undefined : { name: 'ssh', path: file, version: '' };
    const why = 'starts the interpreters on the other machine';
    return requirement('ssh', why, false, found, run.packages ?? ['openssh-client'], ctx);
  };
  const machine = async (): Promise<Requirement> => {
    const common = { need: run.url, why: "runs the target's interpreters", optional: false, packages: [] };
    try {
      const { description } = await greet(sshCommand(place, run.options), place, ctx);
      return { ...common, found: { name: place.destination, path: place.folder, version: description } };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const [{ message, hint } = { message: error.message, hint: '' }] = error.diagnostics;
      return { ...common, install: `${message}; ${hint}` };
    }
  };
  return [client(), machine()];
}

/**
 * Sees to it that a target's interpreters can be run here, before time is spent on building them.
 * @throws UserError `target/no-emulator`, with the command that installs it.
 */
export async function checkRunner({ name, run }: TargetDescriptor, ctx: Context): Promise<void> {
  if (run.runner === 'wine') await requireWine(run, ctx);
  if (run.runner !== 'qemu') return;
  if ((await findProgram(run.program, emulatorFolders(ctx))) !== undefined) return;
  throw new UserError({
    code: 'target/no-emulator',
    message: `${run.program}, which runs the interpreters of the target ${name} here, is not installed`,
    hint: `install it: ${await installCommand(run.packages ?? ['qemu-user'], ctx)}`,
  });
}

async function requirement(
  need: string,
  why: string,
  optional: boolean,
  found: Tool | undefined,
  packages: readonly string[],
  ctx: Context,
): Promise<Requirement> {
  const install = found === undefined ? await installCommand(packages, ctx) : undefined;
  return { need, why, optional, found, install, packages };
}

/** The compiler, when it also compiles and links: one without the C library's headers counts as missing. */
async function workingCompiler(target: TargetDescriptor, ctx: Context): Promise<Tool | undefined> {
  try {
    const cc = await findCompiler(target, ctx);
    if (cc === undefined) return undefined;
    await checkCompiler(cc, ctx, target);
    return { name: cc.name, path: cc.path, version: cc.version };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** `/usr/include` and its folder of the architecture, where Debian keeps some headers. */
async function headerFolders(): Promise<readonly string[]> {
  const folders = ['/usr/local/include', '/usr/include'];
  const inside = await readdir('/usr/include').catch(() => []);
  return [
    ...folders,
    ...inside.filter((name) => /-linux-gnu/.test(name)).map((name) => path.join('/usr/include', name)),
  ];
}

async function firstFile(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const file = path.join(folder, name);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  return undefined;
}
