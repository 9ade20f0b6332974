import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import { runProcess } from '../system/process.ts';
import { findProgram } from '../targets/tools.ts';

/** Of the control's link: any number does, as long as it is the same everywhere. */
export const CONTROL_SEED = 1;

/** How an interpreter was linked once more, with its objects in another order. */
export interface LinkOrder {
  readonly seed: number;
  readonly objects: number;
  /** `archive`: the members of libpythonX.Y.a were moved; `objects`: the linker was given them in another order. */
  readonly how: 'archive' | 'objects';
}

export interface RelinkPlace {
  readonly obj: string;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute. */
  readonly make: string;
  /** Where programs of this toolchain are looked for. */
  readonly path: readonly string[];
}

const LIMIT_MS = 10 * 60_000;

/**
 * Links a built interpreter again with its objects in another order: the same code in another layout. Only the last link is
 * repeated (a second); nothing is compiled. What the caller compares it with must have been linked in make's own order.
 * @returns `undefined` where the order cannot be changed like this: shared builds, a Makefile of another shape.
 */
export async function shuffleLinkOrder(
  { obj, env, make, path: search }: RelinkPlace,
  seed: number,
  interpreter: string,
  ctx: Context,
): Promise<LinkOrder | undefined> {
  const run = (file: string, args: readonly string[]) =>
    runProcess(file, args, { cwd: obj, env, timeoutMs: LIMIT_MS, signal: ctx.signal });
  const makefile = await readFile(path.join(obj, 'Makefile'), 'latin1');
  const target = path.basename(interpreter);
  // From 3.10 the interpreter is linked from the objects themselves, before from the archive.
  if (/^LINK_PYTHON_OBJS=\s*\$\(LIBRARY_OBJS\)/m.test(makefile)) {
    const list = await run(make, ['-s', '--eval', 'forkwright-objects: ; @echo $(LIBRARY_OBJS)', 'forkwright-objects']);
    const objects = list.stdout.trim().split(/\s+/);
    if (list.exitCode !== 0 || objects.length < 2 || objects.some((name) => !name.endsWith('.o'))) return undefined;
    await rm(interpreter, { force: true });
    const linked = await run(make, [`LINK_PYTHON_OBJS=${shuffledBy(objects, seed).join(' ')}`, target]);
    return linked.exitCode === 0
      ? { seed, objects: objects.length, how: 'objects' }
      : restored(() => run(make, [target]));
  }
  const archive = (await readdir(obj)).find((name) => /^libpython[\d.]+\w*\.a$/.test(name));
  const ar = await findProgram(/^AR=\s*(\S+)/m.exec(makefile)?.[1] ?? 'ar', search);
  if (archive === undefined || ar === undefined || !/^BLDLIBRARY=\s*(\$\(LDLIBRARY\)|libpython\S*\.a)/m.test(makefile))
    return undefined;
  const members = (await run(ar, ['t', archive])).stdout.trim().split('\n');
  if (members.length < 2) return undefined;
  for (const args of [
    ['m', archive, ...shuffledBy(members, seed)],
    ['s', archive],
  ]) {
    if ((await run(ar, args)).exitCode !== 0) return undefined;
  }
  await rm(interpreter, { force: true });
  const linked = await run(make, [target]);
  return linked.exitCode === 0
    ? { seed, objects: members.length, how: 'archive' }
    : restored(() => run(make, [target]));
}

/** The order could not be changed: the interpreter is linked as it was. */
async function restored(link: () => Promise<unknown>): Promise<undefined> {
  await link();
  return undefined;
}

/** A copy in another order, the same for the same seed on every machine (Fisher and Yates; Park and Miller's generator). */
export function shuffledBy<T>(items: readonly T[], seed: number): T[] {
  const result = [...items];
  let state = (Math.abs(seed) % 2147483646) + 1;
  for (let i = result.length - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
