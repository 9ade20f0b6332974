import path from 'node:path';
import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { runProcess } from '../../system/process.ts';
import { commandEnvironment } from '../environment.ts';
import type { Build } from '../types.ts';

const LIMIT_MS = 60_000;

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
  const how = { cwd: build.root, env: commandEnvironment(build, ctx), timeoutMs: LIMIT_MS, signal: ctx.signal };
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
