import { readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { commandEnvironment } from '../../builds/environment.ts';
import {
  type BuildCommands,
  buildCommands,
  isObject,
  linkerWords as msvcLinkerWords,
  type RelinkPlace,
  relink,
  relinkedProgram,
} from '../../builds/msvc/relink.ts';
import { withEntryLock } from '../../builds/store.ts';
import type { Build } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { isFile, withFileProblems } from '../../system/files.ts';
import { fingerprint } from '../../system/hash.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import type { Toolchain } from '../../targets/types.ts';
import { compilerWords, type Made } from '../compiled.ts';
import { LINKED_COUNTER } from './counter.ts';

const LIMIT_MS = 5 * 60_000;

/** The object file in which `main` is, in the command that links the interpreter. */
const MAIN = /(?<=\s)(?:Modules|Programs)\/(?:python|ccpython)\.o(?=\s)/;

const { sources, included, cflags, ldflags } = LINKED_COUNTER;

const counterTexts = () => Promise.all([...sources(), ...included()].map((file) => readFile(file, 'utf8')));

/** What `make` links beside an interpreter, and is kept there; one at a time does it. */
async function linkedOnce(file: string, build: Build, ctx: Context, make: () => Promise<Made>): Promise<Made> {
  if (await isFile(file)) return { file };
  const unlessMade = async () => ((await isFile(file)) ? { file } : make());
  return withFileProblems(`link ${file}`, () => withEntryLock(build.key, ctx, unlessMade));
}

/**
 * A second program of a build’s objects, with the counter linked in and a `main` of the workbench’s own: for interpreters
 * into which nothing can be preloaded. It is linked by the command that make itself would use, lies beside the interpreter,
 * and is kept there.
 * @returns its absolute path, or why there is none.
 * @throws UserError when the store cannot be written; Cancelled.
 */
export async function linkedCounter(build: Build, toolchain: Toolchain, ctx: Context): Promise<Made> {
  const { cc, target } = toolchain;
  const words = target.cflags?.split(/\s+/).filter((flag) => flag !== '') ?? [];
  const flags = [...cc.command.slice(1), ...words, ...cflags];
  const texts = await counterTexts();
  const key = fingerprint({ texts, compiler: [cc.path, cc.version], flags, ldflags, python: build.pythonSha256 });
  const name = `counted-${key.slice(0, 8)}`;
  const fresh = `${name}.new`;
  const file = path.join(build.obj, name);
  const make = build.tools.find((tool) => tool.name === 'make')?.path;
  const env = commandEnvironment(build, ctx);
  const run = (program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runProcess(program, args, { cwd: build.obj, env: { ...env, ...more }, timeoutMs: LIMIT_MS, signal: ctx.signal });
  return linkedOnce(file, build, ctx, async () => {
    if (make === undefined) return { why: 'its build does not say which make it was made with' };
    const made: string[] = [];
    try {
      for (const source of sources()) {
        const object = `${name}-${path.basename(source, '.c')}.o`;
        made.push(object);
        const headers = ['-I.', `-I${path.join(build.src, 'Include')}`];
        const compiled = await run(cc.path, [...flags, ...headers, '-c', '-o', object, source], toolchain.env);
        if (compiled.exitCode !== 0)
          return { why: `${cc.name} does not compile the counter: ${compilerWords(compiled)}` };
      }
      const command = linkCommand(await run(make, ['-n', `BUILDPYTHON=${fresh}`, fresh]), fresh);
      if (command === undefined) return { why: 'its Makefile does not say how the interpreter is linked' };
      const main = [...made, ...ldflags, '-Wl,-S'].join(' ');
      made.push(fresh);
      const linked = await run('sh', ['-c', command.replace(MAIN, main)], toolchain.env);
      if (linked.exitCode !== 0) return { why: `the counter cannot be linked with it: ${linkerWords(linked)}` };
      await rename(path.join(build.obj, fresh), file);
      return { file };
    } finally {
      for (const one of made) await rm(path.join(build.obj, one), { force: true });
    }
  });
}

/** The command in what `make -n` prints that links `program` from the objects and the one with `main`. */
export function linkCommand({ exitCode, stdout }: Pick<ProcessResult, 'exitCode' | 'stdout'>, program: string) {
  if (exitCode !== 0) return undefined;
  const lines = stdout.replaceAll(/\\\n\s*/g, ' ').split('\n');
  return lines.findLast((line) => line.includes(` -o ${program} `) && MAIN.test(line));
}

function linkerWords({ stderr }: { readonly stderr: string }): string {
  const first = /^.*(?:undefined reference|multiple definition|cannot find).*$/m.exec(stderr)?.[0];
  return (first ?? stderr.trim().split('\n').at(-1) ?? '').trim().slice(0, 200);
}

/** As for static builds, with the names of Windows; lld wraps the pointers into the DLLs that have them, too. */
const WRAPPED = [
  ...['malloc', 'calloc', 'realloc', 'free', '_strdup', 'VirtualAlloc', 'VirtualFree'],
  ...['PyObject_Malloc', 'PyObject_Calloc', 'PyObject_Realloc', 'PyObject_Free'],
];
const EXPORTED = ['forkwright_memory_start', 'forkwright_memory_report'];

/**
 * The counter in an interpreter for Windows: the DLL linked again from a build's objects with the counter in it, beside a
 * program of the workbench's own that starts Python there. Kept beside the interpreter, which stays as it is.
 * @returns the program's absolute path, or why there is none.
 * @throws UserError when the store cannot be written; Cancelled.
 */
export async function countedDll(build: Build, ctx: Context): Promise<Made> {
  // As many letters as the interpreter's own folder has: amd64.
  const folder = `c${fingerprint({ texts: await counterTexts(), cflags, WRAPPED, EXPORTED }).slice(0, 4)}`;
  const file = relinkedProgram(build, folder);
  return linkedOnce(file, build, ctx, async () => {
    const commands = await buildCommands(build, ctx);
    if (commands.dll === undefined) return { why: commands.why };
    const more = async (place: RelinkPlace) => {
      for (const source of sources()) {
        const object = objectOf(place, source);
        const compiled = await place.run(compileCommand(commands, path.relative(build.root, source), object));
        if (compiled.exitCode === 0) continue;
        const compiler = path.basename(build.compiler.path);
        return { why: `${compiler} does not compile the counter: ${msvcLinkerWords(compiled)}` };
      }
      const [, counter = ''] = sources();
      const options = [...WRAPPED.map((name) => `/wrap:${name}`), ...EXPORTED.map((name) => `/export:${name}`)];
      return [...options, objectOf(place, counter)];
    };
    const program = async (place: RelinkPlace) => {
      const linked = await place.run(programCommand(commands.program, build.python, place));
      return linked.exitCode === 0 ? undefined : `the program with it cannot be linked: ${msvcLinkerWords(linked)}`;
    };
    const why = await relink(build, commands, { folder, more, program }, ctx);
    return why === undefined ? { file } : { why };
  });
}

const objectOf = ({ folder }: Pick<RelinkPlace, 'folder'>, source: string) =>
  path.join(folder, `${path.basename(source, '.c')}.obj`);

/** As python.exe's own source is compiled. `source` is relative: a slash would begin an option. */
function compileCommand({ main }: BuildCommands, source: string, object: string): readonly string[] {
  const kept = main.filter((word) => word !== '/showIncludes');
  const replaced = kept.slice(0, -1).map((word) => (word.startsWith('/Fo') ? `/Fo${object}` : word));
  return [...replaced.slice(0, -1), '-DFORKWRIGHT_WRAP', ...replaced.slice(-1), source];
}

function programCommand(program: readonly string[], python: string, place: RelinkPlace): readonly string[] {
  const [driver = ''] = sources();
  const own = program.filter((word) => word !== '/debug:symtab' && !/[\\/]python\d{2,}\.lib$/.test(word));
  const words = own.map((word) => {
    if (word.startsWith('/out:')) return `/out:${path.join(place.folder, path.basename(python))}`;
    return isObject(word) ? objectOf(place, driver) : word;
  });
  return [...words, place.library];
}
