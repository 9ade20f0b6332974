import { copyFile, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { inParallel } from '../checkout/in-parallel.ts';
import type { Context } from '../system/context.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import { findProgram } from '../targets/tools.ts';
import { commandEnvironment } from './environment.ts';
import { shuffledBy } from './link-order.ts';
import { linkDllLayouts } from './msvc/layouts.ts';
import { withEntryLock } from './store.ts';
import type { Build } from './types.ts';

const LIMIT_MS = 10 * 60_000;

/** The linked interpreters, or why there are none. */
export type Layouts = { readonly programs: readonly string[] } | { readonly why: string };

const OTHER_SHAPE = { why: 'it is a shared build, or its Makefile is of another shape' };

/** How a Makefile of CPython's is told to link the same objects in another order, without touching what is there. */
type Relink = (seed: number, program: string) => Promise<{ args: readonly string[]; temporary?: string } | undefined>;

/**
 * The interpreter of a build linked again from the same objects, once for each seed in another order: the same code in
 * other places. Where code lies changes single tests by many percent (Mytkowicz et al. 2009, "Producing wrong data
 * without doing anything obviously wrong!"), so a change is best seen over many layouts (Curtsinger and Berger 2013,
 * "STABILIZER", which moves functions; this moves objects, and needs no other compiler).
 * They stand beside the interpreter, under names of the same length, and are kept: only what is missing is linked.
 * @param progress called after each link.
 * @returns their paths in the order of the seeds, or why the order cannot be changed.
 */
export async function linkLayouts(
  build: Build,
  seeds: readonly number[],
  ctx: Context,
  progress: (done: number) => void = () => {},
): Promise<Layouts> {
  if (build.tools.some(({ name }) => name === 'ninja')) return linkDllLayouts(build, seeds, ctx, progress);
  const programs = seeds.map((seed) => layoutPath(build.python, seed));
  const missing = async () => {
    const there = await Promise.all(programs.map((program) => exists(program)));
    return seeds.filter((_, index) => !there[index]);
  };
  if ((await missing()).length === 0) return { programs };
  return withEntryLock(build.key, ctx, async () => {
    const tools = await toolsOf(build, ctx);
    if ('why' in tools) return tools;
    let why: string | undefined;
    let done = 0;
    await inParallel(await missing(), Math.max(1, ctx.jobs), async (seed) => {
      if (why !== undefined) return;
      why = await linkOne(build, seed, tools);
      progress(++done);
    });
    return why === undefined ? { programs } : { why };
  });
}

/** Beside the interpreter, as that is where it looks for its library; of the same length, as paths lie in its memory. */
export function layoutPath(python: string, seed: number): string {
  const { length } = path.basename(python);
  return path.join(path.dirname(python), `p${String(seed).padStart(length - 1, '0')}`);
}

interface Tools {
  readonly run: (file: string, args: readonly string[]) => Promise<ProcessResult>;
  readonly make: string;
  readonly strip: string | undefined;
  readonly relink: Relink;
}

/** @returns what went wrong, if anything. */
async function linkOne(build: Build, seed: number, { run, make, strip, relink }: Tools): Promise<string | undefined> {
  const final = layoutPath(build.python, seed);
  const program = `link-${seed}`;
  const file = path.join(build.obj, program);
  const how = await relink(seed, program);
  if (how === undefined) return 'the archive’s members cannot be moved';
  try {
    await rm(file, { force: true });
    const linked = await run(make, [`BUILDPYTHON=${program}`, ...how.args, program]);
    if (linked.exitCode !== 0 || !(await exists(file))) {
      return `the link fails: ${linked.stderr.trim().split('\n').at(-1) ?? ''}`;
    }
    // Debugging information is most of the file and moves no code.
    if (strip !== undefined) await run(strip, ['--strip-debug', program]);
    await rename(file, final);
    return undefined;
  } finally {
    await rm(file, { force: true });
    if (how.temporary !== undefined) await rm(how.temporary, { force: true });
  }
}

async function toolsOf(build: Build, ctx: Context): Promise<Tools | { readonly why: string }> {
  const { obj } = build;
  const env = commandEnvironment(build, ctx);
  if (build.tools.some(({ name }) => /^msbuild/i.test(name)))
    return { why: 'MSBuild has linked it, in the projects’ order' };
  const make = build.tools.find(({ name }) => name === 'make')?.path;
  const makefile = await readFile(path.join(obj, 'Makefile'), 'latin1').catch(() => undefined);
  if (make === undefined || makefile === undefined) return { why: 'its build folder is not there any more' };
  if (!/^\$\(BUILDPYTHON\):/m.test(makefile) || !/^BUILDPYTHON\s*=/m.test(makefile)) return OTHER_SHAPE;
  // The linker would compile everything again, minutes for each, and lay the code out as it likes.
  if (/^(?:\w*LDFLAGS\w*|\w*CFLAGS\w*|OPT|LTO\w*)\s*=.*-flto/m.test(makefile))
    return { why: 'it is built with link-time optimisation' };
  const run = (file: string, args: readonly string[]) =>
    runProcess(file, args, { cwd: obj, env, timeoutMs: LIMIT_MS, signal: ctx.signal });
  const folders = (env.PATH ?? '').split(path.delimiter);
  const find = (variable: string) =>
    findProgram(new RegExp(`^${variable}=\\s*(\\S+)`, 'm').exec(makefile)?.[1] ?? variable.toLowerCase(), folders);
  const [ar, strip] = await Promise.all([find('AR'), find('STRIP')]);
  const relink = /^LINK_PYTHON_OBJS=\s*\$\(LIBRARY_OBJS\)/m.test(makefile)
    ? await byObjects(make, run)
    : await byArchive(obj, makefile, ar, run);
  return relink === undefined ? OTHER_SHAPE : { run, make, strip, relink };
}

/** From 3.10 the interpreter is linked from the objects themselves. */
async function byObjects(make: string, run: Tools['run']): Promise<Relink | undefined> {
  const list = await run(make, ['-s', '--eval', 'forkwright-objects: ; @echo $(LIBRARY_OBJS)', 'forkwright-objects']);
  const objects = list.stdout.trim().split(/\s+/);
  if (list.exitCode !== 0 || objects.length < 2 || objects.some((name) => !name.endsWith('.o'))) return undefined;
  return async (seed) => ({ args: [`LINK_PYTHON_OBJS=${shuffledBy(objects, seed).join(' ')}`] });
}

/** Before 3.10 from the archive: a copy of it has its members in another order. */
async function byArchive(
  obj: string,
  makefile: string,
  ar: string | undefined,
  run: Tools['run'],
): Promise<Relink | undefined> {
  const archive = (await readdir(obj)).find((name) => /^libpython[\d.]+\w*\.a$/.test(name));
  if (archive === undefined || ar === undefined) return undefined;
  if (!/^BLDLIBRARY=\s*(\$\(LDLIBRARY\)|libpython\S*\.a)/m.test(makefile)) return undefined;
  const listed = await run(ar, ['t', archive]);
  const members = listed.stdout.trim().split('\n');
  // Members of one name could not be told apart.
  if (listed.exitCode !== 0 || members.length < 2 || new Set(members).size !== members.length) return undefined;
  return async (seed, program) => {
    const copy = `${program}.a`;
    const temporary = path.join(obj, copy);
    await copyFile(path.join(obj, archive), temporary);
    for (const args of [
      ['m', copy, ...shuffledBy(members, seed)],
      ['s', copy],
    ]) {
      if ((await run(ar, args)).exitCode === 0) continue;
      await rm(temporary, { force: true });
      return undefined;
    }
    return { args: [`BLDLIBRARY=${copy}`], temporary };
  };
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
