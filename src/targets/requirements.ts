import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { isFile } from '../system/files.ts';
import { HOST } from './descriptors.ts';
import { factsOf } from './drivers.ts';
import { requirement } from './install.ts';
import { detectLauncher } from './launcher.ts';
import { runnerFor } from './runner.ts';
import {
  binutilName,
  checkCompiler,
  findBinutils,
  findCompiler,
  NEEDED_BINUTILS,
  toolchainRequirement,
} from './toolchain.ts';
import { findTool } from './tools.ts';
import type { Requirement, TargetDescriptor, Tool } from './types.ts';

/** Libraries of which CPython makes extension modules. None is needed to build, run or measure the interpreter. */
const LIBRARIES = [
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

const CACHE = 'makes a second build quicker: every file that a patch does not reach is taken from the cache';

/**
 * What building for a target needs on this machine, required things first, and what of it is there.
 * Nothing is thrown for what is missing: that is the answer.
 */
export async function requirements(target: TargetDescriptor, ctx: Context): Promise<readonly Requirement[]> {
  const cross = target.host !== undefined;
  const { make } = factsOf(target);
  // What makes the interpreter that every cross build needs.
  const own = { need: 'C compiler for this machine', why: 'compiles the build python: the same version, run here' };
  const [needed, running, ...rest] = await Promise.all([
    Promise.all([
      compilerRequirement(target, ctx),
      ...(cross
        ? [binutilsRequirement(target, ctx), compilerRequirement(HOST, ctx).then((need) => ({ ...need, ...own }))]
        : []),
    ]),
    runnerRequirements(target, ctx),
    requirement(make.program, make.why, false, await findTool(make.program, ctx), make.packages, ctx),
    requirement('compiler cache', CACHE, true, await detectLauncher(ctx), ['ccache'], ctx),
  ]);
  // A cross compiler's headers lie elsewhere, and its libraries are the target's business.
  const programs = [...needed, ...running, ...rest];
  if (cross) return programs;
  const counts = 'counts the instructions that each test executes';
  const valgrind = await requirement('valgrind', counts, true, await findTool('valgrind', ctx), ['valgrind'], ctx);
  const libraries = await Promise.all(
    LIBRARIES.map(async (library) => {
      const header = await findHeader(library.header);
      const found = header === undefined ? undefined : { name: library.header, path: header, version: '' };
      const why = `for the modules ${library.modules}; without it they are left out of all builds alike`;
      return requirement(library.header, why, true, found, library.packages, ctx);
    }),
  );
  return [...programs, valgrind, ...libraries];
}

export const runnerRequirements = async (target: TargetDescriptor, ctx: Context): Promise<readonly Requirement[]> =>
  (await runnerFor(target).requirements?.(target, ctx)) ?? [];

async function compilerRequirement(target: TargetDescriptor, ctx: Context): Promise<Requirement> {
  let found: Tool | undefined;
  try {
    const cc = await findCompiler(target, ctx);
    // One without the C library's headers counts as missing.
    if (cc !== undefined) await checkCompiler(cc, ctx, target);
    found = cc && { name: cc.name, path: cc.path, version: cc.version };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  const need = target.host === undefined ? 'C compiler' : `C compiler for ${target.host}`;
  return toolchainRequirement(need, 'compiles CPython', found, target, ctx);
}

async function binutilsRequirement(target: TargetDescriptor, ctx: Context): Promise<Requirement> {
  const found = await findBinutils(target, ctx);
  const lacking = NEEDED_BINUTILS.filter((name) => found[name] === undefined);
  const missing = lacking.map((name) => binutilName(target, name)).join(', ');
  const why = missing === '' ? 'link it' : `link it; missing: ${missing}`;
  const ar = missing === '' ? { name: 'ar', path: found.ar ?? '', version: '' } : undefined;
  return toolchainRequirement(`binutils for ${target.host}`, why, ar, target, ctx);
}

/** A header in `/usr/include` or its folder of the architecture, where Debian keeps some. */
async function findHeader(header: string): Promise<string | undefined> {
  const inside = (await readdir('/usr/include').catch(() => [])).filter((name) => /-linux-gnu/.test(name));
  for (const folder of ['/usr/local/include', '/usr/include', ...inside.map((name) => `/usr/include/${name}`)]) {
    const file = path.join(folder, header);
    if (await isFile(file)) return file;
  }
  return undefined;
}
