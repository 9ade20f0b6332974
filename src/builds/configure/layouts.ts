import { copyFile, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../../system/context.ts';
import { isFile } from '../../system/files.ts';
import { type ProcessResult, runProcess } from '../../system/process.ts';
import { findProgram } from '../../targets/tools.ts';
import { commandEnvironment } from '../environment.ts';
import { type Layouts, linkLayouts, shuffledBy } from '../layouts.ts';
import type { Build } from '../types.ts';

const LIMIT_MS = 10 * 60_000;

const OTHER_SHAPE = { why: 'it is a shared build, or its Makefile is of another shape' };

type Run = (file: string, args: readonly string[]) => Promise<ProcessResult>;

export interface RelinkPlace {
  readonly obj: string;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly make: string;
  /** Where programs of this toolchain are looked for. */
  readonly path: readonly string[];
}

/** What an interpreter is linked from: the objects that its Makefile lists, from 3.10, else the members of the archive. */
type Linked = { readonly how: 'objects'; readonly names: readonly string[] } | Archive;
interface Archive {
  readonly how: 'archive';
  readonly names: readonly string[];
  readonly archive: string;
  /** The program that moves members, absolute. */
  readonly ar: string;
}

const programOf = (makefile: string, variable: string, folders: readonly string[]) =>
  findProgram(new RegExp(`^${variable}=\\s*(\\S+)`, 'm').exec(makefile)?.[1] ?? variable.toLowerCase(), folders);

/** @returns `undefined` where the order cannot be changed: shared builds, a Makefile of another shape. */
async function linkedFrom({ obj, make, path: folders }: RelinkPlace, run: Run): Promise<Linked | undefined> {
  const makefile = await readFile(path.join(obj, 'Makefile'), 'latin1');
  if (/^LINK_PYTHON_OBJS=\s*\$\(LIBRARY_OBJS\)/m.test(makefile)) {
    const list = await run(make, ['-s', '--eval', 'forkwright-objects: ; @echo $(LIBRARY_OBJS)', 'forkwright-objects']);
    const names = list.stdout.trim().split(/\s+/);
    if (list.exitCode !== 0 || names.length < 2 || names.some((name) => !name.endsWith('.o'))) return undefined;
    return { how: 'objects', names };
  }
  const archive = (await readdir(obj)).find((name) => /^libpython[\d.]+\w*\.a$/.test(name));
  const ar = await programOf(makefile, 'AR', folders);
  if (archive === undefined || ar === undefined) return undefined;
  if (!/^BLDLIBRARY=\s*(\$\(LDLIBRARY\)|libpython\S*\.a)/m.test(makefile)) return undefined;
  const listed = await run(ar, ['t', archive]);
  const names = listed.stdout.trim().split('\n');
  // Members of one name could not be told apart.
  if (listed.exitCode !== 0 || names.length < 2 || new Set(names).size !== names.length) return undefined;
  return { how: 'archive', names, archive, ar };
}

/** Moves an archive's members. @returns whether it could be done. */
async function shuffleArchive({ ar, names }: Archive, archive: string, seed: number, run: Run): Promise<boolean> {
  const moved = await run(ar, ['m', archive, ...shuffledBy(names, seed)]);
  return moved.exitCode === 0 && (await run(ar, ['s', archive])).exitCode === 0;
}

const objectsVariable = (names: readonly string[], seed: number) =>
  `LINK_PYTHON_OBJS=${shuffledBy(names, seed).join(' ')}`;

const runIn =
  ({ obj, env }: Pick<RelinkPlace, 'obj' | 'env'>, ctx: Context): Run =>
  (file, args) =>
    runProcess(file, args, { cwd: obj, env, timeoutMs: LIMIT_MS, signal: ctx.signal });

/**
 * Links a built interpreter again with its objects in another order: the same code in another layout. Only the last link is
 * repeated (a second); nothing is compiled. What the caller compares it with must have been linked in make's own order.
 * @returns `undefined` where the order cannot be changed like this: shared builds, a Makefile of another shape.
 */
export async function shuffleLinkOrder(
  place: RelinkPlace,
  seed: number,
  interpreter: string,
  ctx: Context,
): Promise<Build['linkOrder']> {
  const run = runIn(place, ctx);
  const target = path.basename(interpreter);
  const linked = await linkedFrom(place, run);
  if (linked === undefined) return undefined;
  if (linked.how === 'archive' && !(await shuffleArchive(linked, linked.archive, seed, run))) return undefined;
  await rm(interpreter, { force: true });
  const own = linked.how === 'objects' ? [objectsVariable(linked.names, seed)] : [];
  if ((await run(place.make, [...own, target])).exitCode === 0)
    return { seed, objects: linked.names.length, how: linked.how };
  // The order could not be changed: the interpreter is linked as it was.
  await run(place.make, [target]);
  return undefined;
}

export function linkProgramLayouts(
  build: Build,
  seeds: readonly number[],
  ctx: Context,
  progress: (done: number) => void = () => {},
): Promise<Layouts> {
  const place = (seed: number) => layoutPath(build.python, seed);
  return linkLayouts(build, seeds, place, () => prepare(build, ctx), ctx, progress);
}

/** Beside the interpreter, as that is where it looks for its library. */
export function layoutPath(python: string, seed: number): string {
  const { length } = path.basename(python);
  return path.join(path.dirname(python), `p${String(seed).padStart(length - 1, '0')}`);
}

async function prepare(build: Build, ctx: Context) {
  const { obj, tools } = build;
  const env = commandEnvironment(build, ctx);
  const make = tools.find(({ name }) => name === 'make')?.path;
  const makefile = await readFile(path.join(obj, 'Makefile'), 'latin1').catch(() => undefined);
  if (make === undefined || makefile === undefined) return { why: 'its build folder is not there any more' };
  if (!/^\$\(BUILDPYTHON\):/m.test(makefile) || !/^BUILDPYTHON\s*=/m.test(makefile)) return OTHER_SHAPE;
  // The linker would compile everything again, minutes for each, and lay the code out as it likes.
  if (/^(?:\w*LDFLAGS\w*|\w*CFLAGS\w*|OPT|LTO\w*)\s*=.*-flto/m.test(makefile))
    return { why: 'it is built with link-time optimisation' };
  const at: RelinkPlace = { obj, env, make, path: (env.PATH ?? '').split(path.delimiter) };
  const run = runIn(at, ctx);
  const strip = await programOf(makefile, 'STRIP', at.path);
  const linked = await linkedFrom(at, run);
  if (linked === undefined) return OTHER_SHAPE;
  /** Links one order without touching what is there. @returns what went wrong, if anything. */
  return async (seed: number): Promise<string | undefined> => {
    const program = `link-${seed}`;
    const file = path.join(obj, program);
    const archive = `${program}.a`;
    try {
      await rm(file, { force: true });
      if (linked.how === 'archive') {
        await copyFile(path.join(obj, linked.archive), path.join(obj, archive));
        if (!(await shuffleArchive(linked, archive, seed, run))) return 'the archive’s members cannot be moved';
      }
      const order = linked.how === 'archive' ? `BLDLIBRARY=${archive}` : objectsVariable(linked.names, seed);
      const made = await run(make, [`BUILDPYTHON=${program}`, order, program]);
      if (made.exitCode !== 0 || !(await isFile(file)))
        return `the link fails: ${made.stderr.trim().split('\n').at(-1) ?? ''}`;
      // Debugging information is most of the file and moves no code.
      if (strip !== undefined) await run(strip, ['--strip-debug', program]);
      await rename(file, layoutPath(build.python, seed));
      return undefined;
    } finally {
      await rm(file, { force: true });
      await rm(path.join(obj, archive), { force: true });
    }
  };
}
