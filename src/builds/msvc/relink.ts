import { copyFile, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { isFile } from '../../system/files.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { commandEnvironment } from '../environment.ts';
import { type Layouts, linkLayouts, shuffledBy } from '../layouts.ts';
import type { Build } from '../types.ts';

const LIMIT_MS = 10 * 60_000;

export interface Relink {
  /** The folder for it, beside the interpreter's own: of as many letters, as paths lie in an interpreter's memory. */
  readonly folder: string;
  /** The objects in another order. Default: as they are. */
  readonly order?: ((objects: readonly string[]) => readonly string[]) | undefined;
  /** More for the linker, of objects compiled in the folder that the body is given, and another `python.exe` than a copy. */
  readonly more?: (place: RelinkPlace) => Promise<readonly string[] | { readonly why: string }>;
  /** Makes `python.exe` when the DLL and its import library are there. Default: a copy. */
  readonly program?: (place: RelinkPlace) => Promise<string | undefined>;
}

export interface RelinkPlace {
  /** Where the files are made, absolute. */
  readonly folder: string;
  /** The DLL's import library in it. */
  readonly library: string;
  /** Runs a command as the build's own were run. */
  readonly run: (command: readonly string[]) => Promise<ProcessResult>;
}

export function relinkedProgram(build: Pick<Build, 'python'>, folder: string): string {
  return path.join(path.dirname(path.dirname(build.python)), folder, path.basename(build.python));
}

/**
 * Links the interpreter's DLL again from the same objects, into a folder beside its own, in which everything else is
 * that the interpreter looks for there. The build itself stays as it is. The caller holds the entry's lock.
 * @returns what went wrong, if anything did.
 */
export async function relink(
  build: Build,
  commands: BuildCommands,
  what: Relink,
  ctx: Context,
): Promise<string | undefined> {
  const program = relinkedProgram(build, what.folder);
  const folder = `${path.dirname(program)}.new`;
  const own = path.dirname(build.python);
  const env = commandEnvironment(build, ctx);
  const how = { cwd: build.root, env, timeoutMs: LIMIT_MS, signal: ctx.signal };
  const run: RelinkPlace['run'] = ([file = '', ...args]) => runProcess(file, args, how);
  const place: RelinkPlace = { folder, library: path.join(folder, 'python.import.lib'), run };
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  try {
    const more = (await what.more?.(place)) ?? [];
    if ('why' in more) return more.why;
    const linked = await place.run([...relinkCommand(commands.dll, place, what.order), ...more]);
    if (linked.exitCode !== 0) return `the link fails: ${linkerWords(linked)}`;
    if (what.program === undefined) await copyFile(build.python, path.join(folder, path.basename(build.python)));
    const wrong = await what.program?.(place);
    if (wrong !== undefined) return wrong;
    // Extension modules and the stable ABI's DLL; not what only linkers read.
    for (const name of (await readdir(own)).filter((one) => /\.(?:pyd|dll)$/.test(one))) {
      const link = path.join(folder, name);
      if (!(await isFile(link))) await symlink(path.join('..', path.basename(own), name), link);
    }
    await rename(folder, path.dirname(program));
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The DLL's own command for another place and order. A symbol table moves no code, and is as large as the code. */
export function relinkCommand(
  dll: readonly string[],
  { folder, library }: Pick<RelinkPlace, 'folder' | 'library'>,
  order: Relink['order'] = (objects) => objects,
): readonly string[] {
  const objects = [...order(dll.filter(isObject))];
  return dll
    .filter((word) => word !== '/debug:symtab')
    .map((word) => {
      if (word.startsWith('/out:')) return `/out:${path.join(folder, path.basename(word.slice('/out:'.length)))}`;
      if (word.startsWith('/implib:')) return `/implib:${library}`;
      return isObject(word) ? (objects.shift() ?? word) : word;
    });
}

/** What a linker complains of first. */
export function linkerWords({ stdout, stderr }: Pick<ProcessResult, 'stdout' | 'stderr'>): string {
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /\berror\b/.test(line)) ?? lines.at(-1) ?? 'it says nothing').trim().slice(0, 200);
}

/** A folder's name, as long as `amd64`. */
export function layoutFolder(seed: number): string {
  return `l${seed.toString(36).padStart(4, '0')}`;
}

/** The code is in a DLL, which the interpreter finds beside itself, so each layout is a folder beside its own. */
export function linkDllLayouts(
  build: Build,
  seeds: readonly number[],
  ctx: Context,
  progress: (done: number) => void = () => {},
): Promise<Layouts> {
  const place = (seed: number) => relinkedProgram(build, layoutFolder(seed));
  const prepare = async () => {
    const commands = await buildCommands(build, ctx);
    if (commands.dll === undefined) return { why: commands.why };
    return (seed: number) => {
      const order = (objects: readonly string[]) => shuffledBy(objects, seed);
      return relink(build, commands, { folder: layoutFolder(seed), order }, ctx);
    };
  };
  return linkLayouts(build, seeds, place, prepare, ctx, progress);
}

/** How a build by ninja was made: programs and their arguments, as they were run in the build's folder. */
export interface BuildCommands {
  /** The interpreter's DLL, `python39.dll`: linked from its objects, which end in `.obj`. */
  readonly dll: readonly string[];
  /** `python.exe`, linked from one object and the DLL's import library. */
  readonly program: readonly string[];
  /** The one object of `python.exe`: compiled with Python's headers, and without a compiler cache. */
  readonly main: readonly string[];
}

const database = z.array(z.object({ command: z.string(), output: z.string() }));

/** What ninja knows of a build that it has made. @returns why it cannot tell. */
export async function buildCommands(
  build: Build,
  ctx: Context,
): Promise<BuildCommands | { readonly dll?: undefined; readonly why: string }> {
  const ninja = build.tools.find(({ name }) => name === 'ninja')?.path;
  if (ninja === undefined) return { why: 'its build does not say which ninja it was made with' };
  // With what stands in files for the linker.
  const how = { cwd: build.root, env: commandEnvironment(build, ctx), timeoutMs: 60_000, signal: ctx.signal };
  const listed = await runProcess(ninja, ['-t', 'compdb', '-x', 'compile', 'run', 'run_with_file'], how);
  if (listed.exitCode !== 0) return { why: 'its build folder is not there any more' };
  const commands = database.parse(JSON.parse(listed.stdout));
  const folder = path.dirname(build.python);
  const made = (matches: (output: string) => boolean) => {
    const found = commands.find(({ output }) => matches(output))?.command;
    return found === undefined ? undefined : commandWords(found);
  };
  const dll = made((output) => path.dirname(output) === folder && /^python\d{2,}\.dll$/.test(path.basename(output)));
  const program = made((output) => output === build.python);
  const object = program?.find(isObject);
  const main = made((output) => output === object);
  if (dll === undefined || program === undefined || main === undefined)
    return { why: 'its ninja file is of another shape' };
  const compiler = main.indexOf(build.compiler.path);
  return { dll, program, main: main.slice(Math.max(0, compiler)) };
}

export const isObject = (word: string): boolean => word.endsWith('.obj');

/**
 * A command taken apart that ninja shows: words in a shell's quotes, and those of a file for the linker in Microsoft's.
 * Both are as `commandLine` writes them.
 */
export function commandWords(command: string): readonly string[] {
  const words = command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\'|[^\s'"])+/g) ?? [];
  const bare = (_: string, single?: string, double?: string, quote?: string) =>
    single ?? double?.replace(/\\(["\\])/g, '$1') ?? quote ?? '';
  return words.map((word) => word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(')/g, bare));
}
