import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildCommands, buildCommands, isObject } from '../../builds/msvc/commands.ts';
import { linkerWords, type RelinkPlace, relink, relinkedProgram } from '../../builds/msvc/relink.ts';
import { withEntryLock } from '../../builds/store.ts';
import type { Build } from '../../builds/types.ts';
import type { Context } from '../../system/context.ts';
import { isFile, withFileProblems } from '../../system/files.ts';
import { fingerprint } from '../../system/hash.ts';
import type { Made } from '../compiled.ts';
import { LINKED_COUNTER } from './counter.ts';

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
  const { sources, included, cflags } = LINKED_COUNTER;
  const texts = await Promise.all([...sources(), ...included()].map((file) => readFile(file, 'utf8')));
  // As many letters as the interpreter's own folder has: amd64.
  const name = `c${fingerprint({ texts, cflags, WRAPPED, EXPORTED }).slice(0, 4)}`;
  const file = relinkedProgram(build, name);
  if (await isFile(file)) return { file };
  return withFileProblems(`link ${file}`, () =>
    withEntryLock(build.key, ctx, async () => {
      if (await isFile(file)) return { file };
      const commands = await buildCommands(build, ctx);
      if (commands.dll === undefined) return { why: commands.why };
      const why = await relink(
        build,
        commands,
        {
          folder: name,
          more: async (place) => {
            for (const source of sources()) {
              const object = objectOf(place, source);
              const compiled = await place.run(compileCommand(commands, path.relative(build.root, source), object));
              if (compiled.exitCode !== 0)
                return {
                  why: `${path.basename(build.compiler.path)} does not compile the counter: ${linkerWords(compiled)}`,
                };
            }
            const [, counter = ''] = sources();
            return [
              ...WRAPPED.map((symbol) => `/wrap:${symbol}`),
              ...EXPORTED.map((symbol) => `/export:${symbol}`),
              objectOf(place, counter),
            ];
          },
          program: async (place) => {
            const linked = await place.run(programCommand(commands.program, build.python, place));
            return linked.exitCode === 0 ? undefined : `the program with it cannot be linked: ${linkerWords(linked)}`;
          },
        },
        ctx,
      );
      return why === undefined ? { file } : { why };
    }),
  );
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
  const [driver = ''] = LINKED_COUNTER.sources();
  const own = program.filter((word) => word !== '/debug:symtab' && !/[\\/]python\d{2,}\.lib$/.test(word));
  const words = own.map((word) => {
    if (word.startsWith('/out:')) return `/out:${path.join(place.folder, path.basename(python))}`;
    return isObject(word) ? objectOf(place, driver) : word;
  });
  return [...words, place.library];
}
