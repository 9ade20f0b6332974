import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { inTemporaryFolder } from '../system/files.ts';
import { runProcess } from '../system/process.ts';
import { HOST } from './descriptors.ts';
import { BINUTILS, type BinutilName, factsOf } from './drivers.ts';
import { expand, toolchainEnvironment } from './environment.ts';
import { installCommand } from './install.ts';
import { findLauncher, type LauncherName } from './launcher.ts';
import { askTool, findProgram, findTool, SYSTEM_PATH, searchFolders } from './tools.ts';
import type { Requirement, TargetDescriptor, Tool, Toolchain } from './types.ts';

/** The folders in which a target's programs are looked for: its toolchain's own, then those of every search. */
export function targetFolders(target: TargetDescriptor, ctx: Pick<Context, 'env'>): readonly string[] {
  const values = toolchainEnvironment(target, ctx);
  const own = (target.toolchain?.folders ?? []).map((folder) => expand(folder, values)).filter(path.isAbsolute);
  return [...new Set([...own, ...searchFolders(ctx)])];
}

export function binutilName(target: TargetDescriptor, name: BinutilName): string {
  const prefix = target.toolchain?.prefix ?? (target.host === undefined ? '' : `${target.host}-`);
  return target.toolchain?.tools?.[name] ?? `${prefix}${name}`;
}

/** The target's own programs that look into object files, by absolute path; those that are not there are left out. */
export async function findBinutils(
  target: TargetDescriptor,
  ctx: Pick<Context, 'env'>,
): Promise<Readonly<Partial<Record<BinutilName, string>>>> {
  if (!factsOf(target).binutils) return {};
  const folders = targetFolders(target, ctx);
  const found = await Promise.all(
    BINUTILS.map(async (name) => [name, await findProgram(binutilName(target, name), folders)] as const),
  );
  return Object.fromEntries(found.filter(([, file]) => file !== undefined));
}

function compilerCandidates(target: TargetDescriptor): readonly (readonly string[])[] {
  if (target.toolchain?.cc !== undefined) return [target.toolchain.cc];
  // The order of autoconf's own AC_PROG_CC.
  if (target.host === undefined) return [['gcc'], ['cc'], ['clang']];
  const prefix = target.toolchain?.prefix ?? `${target.host}-`;
  return [[`${prefix}gcc`], [`${prefix}clang`]];
}

/** What configure is told of a cross toolchain beside its compiler. */
export const NEEDED_BINUTILS = ['ar', 'ranlib', 'readelf'] as const;

/**
 * The compiler, make and launcher for a target: found and identified, not yet tried (see `checkCompiler`), as this is
 * done for every lookup in the store.
 * @throws UserError `target/no-compiler`, `target/no-make`, `target/no-launcher`, each with the command that installs it.
 */
export async function findToolchain(
  target: TargetDescriptor,
  ctx: Context,
  launcher: LauncherName = 'none',
): Promise<Toolchain> {
  const facts = factsOf(target);
  const [cc, make, launcherTool] = await Promise.all([
    findCompiler(target, ctx),
    findTool(facts.make.program, ctx),
    findLauncher(launcher, ctx),
  ]);
  if (cc === undefined) {
    const looked = compilerCandidates(target).map((command) => command[0]);
    throw new UserError({
      code: 'target/no-compiler',
      message: `there is no C compiler for the target ${target.name} (looked for ${looked.join(', ')})`,
      hint: await obtainToolchain(target, ctx),
    });
  }
  if (make === undefined) {
    throw new UserError({
      code: 'target/no-make',
      message: `there is no ${facts.make.program} on this machine`,
      hint: `install it: ${await installCommand(facts.make.packages, ctx)}`,
    });
  }
  const cross = target.host !== undefined;
  const [binutils, env] = cross ? [await findBinutils(target, ctx), toolchainEnvironment(target, ctx)] : [{}, {}];
  const lacking = cross ? NEEDED_BINUTILS.filter((name) => binutils[name] === undefined) : [];
  if (lacking.length > 0) {
    const names = lacking.map((name) => binutilName(target, name));
    throw new UserError({
      code: 'target/no-binutils',
      message: `the toolchain of the target ${target.name} lacks ${names.join(', ')}`,
      hint: await obtainToolchain(target, ctx),
    });
  }
  return { target, cc, make, binutils, env, path: buildPath([cc, make, launcherTool], ctx), launcher: launcherTool };
}

function buildPath(tools: readonly (Tool | undefined)[], ctx: Context): readonly string[] {
  const system = ctx.env.FORKWRIGHT_PATH?.split(path.delimiter) ?? SYSTEM_PATH;
  const folders = tools.flatMap((tool) => (tool === undefined ? [] : [path.dirname(tool.path)]));
  return [...new Set([...system, ...folders])];
}

export async function findCompiler(target: TargetDescriptor, ctx: Context): Promise<Toolchain['cc'] | undefined> {
  for (const command of compilerCandidates(target)) {
    const [program = '', ...options] = command;
    const file = await findProgram(program, targetFolders(target, ctx));
    if (file === undefined) continue;
    const env = toolchainEnvironment(target, ctx);
    const [about, version, triplet] = await Promise.all(
      ['--version', '-dumpversion', '-dumpmachine'].map((question) => askTool(file, [question], ctx, env)),
    );
    if (about === undefined) continue;
    return {
      name: path.basename(program),
      path: file,
      version: about.split('\n')[0]?.trim() ?? '',
      family: /clang/i.test(about) ? 'clang' : /Free Software Foundation/.test(about) ? 'gcc' : 'unknown',
      major: Number.parseInt(version ?? '', 10) || 0,
      triplet: triplet ?? 'unknown',
      command: [program, ...options],
    };
  }
  return undefined;
}

/** Debian's packages with a target's C compiler, C library and binutils. */
export function toolchainPackages(target: TargetDescriptor): readonly string[] {
  const { packages, obtain } = target.toolchain ?? {};
  if (packages !== undefined || obtain !== undefined) return packages ?? [];
  return target.host === undefined ? ['gcc', 'libc6-dev'] : [`gcc-${target.host}`];
}

/** Something that comes with a target's toolchain: with the command that installs it, or the descriptor's own words, where it is not `found`. */
export async function toolchainRequirement(
  need: string,
  why: string,
  found: Tool | undefined,
  target: TargetDescriptor,
  ctx: Pick<Context, 'env'>,
): Promise<Requirement> {
  const packages = toolchainPackages(target);
  const how = async () => target.toolchain?.obtain ?? installCommand(packages, ctx);
  return { need, why, optional: false, found, install: found === undefined ? await how() : undefined, packages };
}

/** What to do when there is no toolchain: a sentence. */
export async function obtainToolchain(
  target: TargetDescriptor,
  ctx: Pick<Context, 'env'>,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  const said = factsOf(target).notOn?.[platform] ?? target.toolchain?.obtain;
  return said ?? `install it: ${await installCommand(toolchainPackages(target), ctx)}`;
}

/**
 * Compiles and links a program, which fails where a compiler is installed without the C library's headers.
 * @throws UserError `target/compiler-fails` with the compiler's own words.
 */
export async function checkCompiler(cc: Toolchain['cc'], ctx: Context, target: TargetDescriptor = HOST): Promise<void> {
  // Its headers and libraries lie wherever the sysroot is, which the driver looks for itself.
  if (!factsOf(target).tried) return;
  return inTemporaryFolder('forkwright-cc-', async (folder) => {
    await writeFile(path.join(folder, 'try.c'), '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n');
    const [, ...options] = cc.command;
    const folders = buildPath([cc], ctx).join(path.delimiter);
    const env = { ...toolchainEnvironment(target, ctx), PATH: folders, LC_ALL: 'C' };
    const how = { cwd: folder, env, timeoutMs: 60_000, signal: ctx.signal };
    const result = await runProcess(cc.path, [...options, '-o', 'try', 'try.c'], how);
    if (result.exitCode === 0) return;
    throw new UserError({
      code: 'target/compiler-fails',
      message: `the compiler ${cc.path} cannot make a program`,
      hint: await obtainToolchain(target, ctx),
      detail: `${result.stdout}${result.stderr}`.trim().split('\n').slice(0, 10),
    });
  });
}
