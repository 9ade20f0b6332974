import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { type Checkout, obtainPybench, obtainSource, pybenchFromHistory } from '../../checkout/index.ts';
import type { Context } from '../../system/context.ts';
import { Cancelled, UserError } from '../../system/diagnostic.ts';
import { byCodeUnit, sha256 } from '../../system/hash.ts';

export interface FoundPybench extends PybenchFolder {
  readonly contents: PybenchContents;
  readonly convert: boolean;
}

export interface PybenchRequest {
  readonly checkout: Pick<Checkout, 'root' | 'version' | 'layout'>;
  /** A folder that the user named: nothing else is tried then. */
  readonly folder?: string | undefined;
  /** Ways to get one that the checkout does not have: its git history, `forkwright source pybench`. Asked in order. */
  readonly providers?: readonly (() => Promise<PybenchFolder | undefined>)[] | undefined;
}

/**
 * Finds a pybench that the checkout's interpreter can run: one that runs as it is before one that must be converted.
 * @throws UserError when there is none, with what was tried.
 */
export async function findPybench(request: PybenchRequest): Promise<FoundPybench> {
  const { checkout, folder } = request;
  if (folder !== undefined) {
    const found = await look({ folder: path.resolve(folder), origin: `the folder ${folder}` }, checkout);
    if (found !== undefined) return found;
    throw new UserError({
      code: 'bench/not-pybench',
      message: `there is no pybench.py in ${folder}`,
      hint: 'name the folder that holds pybench.py, such as Tools/pybench of CPython 2.7 or 3.6',
    });
  }
  const own = checkout.layout.pybench;
  const candidates = [
    ...(own === undefined
      ? []
      : [async () => ({ folder: path.join(checkout.root, own), origin: `the checkout's own ${own}` })]),
    ...(request.providers ?? []),
  ];
  let convertible: FoundPybench | undefined;
  for (const candidate of candidates) {
    const where = await candidate();
    const found = where === undefined ? undefined : await look(where, checkout);
    if (found !== undefined && !found.convert) return found;
    convertible ??= found;
  }
  if (convertible !== undefined) return convertible;
  throw new UserError({
    code: 'bench/no-pybench',
    message: `CPython ${checkout.version.text} has no pybench of its own (it was removed for 3.7), and none was found elsewhere`,
    hint: 'get one with `forkwright source pybench`, or name a folder: --pybench DIR (Tools/pybench of any CPython up to 3.6)',
  });
}

async function look(where: PybenchFolder, checkout: PybenchRequest['checkout']): Promise<FoundPybench | undefined> {
  const contents = await readPybench(where.folder);
  if (contents === undefined) return undefined;
  return { ...where, contents, convert: checkout.version.major >= 3 && contents.python2 };
}

interface PybenchFolder {
  /** Absolute. */
  readonly folder: string;
  /** Where it came from, for people: `the checkout's Tools/pybench`. */
  readonly origin: string;
}

/** Modules of pybench that hold no tests. */
const MACHINERY = new Set(['pybench.py', 'Setup.py', 'CommandLine.py', 'clockres.py', 'systimes.py']);
const PYTHON_2 = /\bxrange\s*\(|\b\d+L\b|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|^\s*print\s+['"\w]/m;

type PybenchContents = NonNullable<Awaited<ReturnType<typeof readPybench>>>;

/** Looks at a folder. @returns `undefined` when there is no pybench in it. */
export async function readPybench(folder: string) {
  const main = await readFile(path.join(folder, 'pybench.py'), 'latin1').catch(() => undefined);
  if (main === undefined) return undefined;
  const found = await glob(['**/*', '!**/__pycache__/**', '!**/*.py[co]', '!**/.git/**'], { cwd: folder, dot: true });
  const files = found.sort(byCodeUnit);
  const testModules = files.filter((file) => /^\w+\.py$/.test(file) && !MACHINERY.has(file));
  const texts = await Promise.all(testModules.map((file) => readFile(path.join(folder, file), 'latin1')));
  return {
    /** `2.0`, `2.1`. */
    version: /^__version__\s*=\s*['"]([^'"]+)['"]/m.exec(main)?.[1] ?? 'unknown',
    /** Relative paths with '/', sorted: sources and what belongs to them, no caches. */
    files,
    /** Modules with tests, `Calls.py`. */
    testModules: testModules.filter((_, index) => /^from pybench import/m.test(texts[index] ?? '')),
    /** The test modules are Python 2: `xrange`, `0L`, `except X, e`. */
    python2: texts.some((text) => PYTHON_2.test(text)),
    sha256: await hashFiles(folder, files),
  };
}

/** One hash for many files: of the list of their names and hashes. */
export async function hashFiles(folder: string, files: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    files.map(async (file) => `${sha256(await readFile(path.join(folder, file)))}  ${file}\n`),
  );
  return sha256(lines.join(''));
}

/** A network that neither answers nor refuses must not hold up a run that can do without. */
const NETWORK_MS = 60_000;

/**
 * Where a pybench may come from when the checkout has none, best first: its own git history; 2.1 from CPython's
 * repository; 2.0 from CPython 2.7, which the interpreter's own lib2to3 converts. Each says `undefined` when it has none.
 */
export function pybenchSources(
  checkout: Checkout,
  ctx: Context,
): readonly (() => Promise<PybenchFolder | undefined>)[] {
  return [() => pybenchFromHistory(checkout, ctx), ...pybenchElsewhere(ctx)];
}

/** As {@link pybenchSources}, where there is an interpreter and no checkout. */
export function pybenchElsewhere(ctx: Context): readonly (() => Promise<PybenchFolder | undefined>)[] {
  return [
    () => quietly(ctx, (limited) => obtainPybench(limited)),
    () =>
      quietly(ctx, async (limited) => {
        const { root, checkout: two } = await obtainSource('2.7', limited);
        const folder = path.join(root, two.layout.pybench ?? '');
        return two.layout.pybench === undefined
          ? undefined
          : { folder, origin: `Tools/pybench of CPython ${two.version.text}` };
      }),
  ];
}

/** What cannot be had is not a failure here: the next source is asked. */
async function quietly<T>(ctx: Context, body: (limited: Context) => Promise<T>): Promise<T | undefined> {
  const limit = AbortSignal.timeout(NETWORK_MS);
  try {
    return await body({ ...ctx, signal: AbortSignal.any([ctx.signal, limit]) });
  } catch (error) {
    const given = error instanceof UserError || (error instanceof Cancelled && !ctx.signal.aborted);
    if (!given) throw error;
    ctx.emit({ type: 'message', level: 'verbose', text: `no pybench from there: ${(error as Error).message}` });
    return undefined;
  }
}
