import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { byCodeUnit, sha256 } from '../../system/hash.ts';

/** A folder with pybench in it, before it is pinned. */
export interface PybenchFolder {
  /** Absolute. */
  readonly folder: string;
  /** Where it came from, for people: `the checkout's Tools/pybench`. */
  readonly origin: string;
}

/** Modules of pybench that hold no tests. */
const MACHINERY = new Set(['pybench.py', 'Setup.py', 'CommandLine.py', 'clockres.py', 'systimes.py']);
const PYTHON_2 = /\bxrange\s*\(|\b\d+L\b|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|^\s*print\s+['"\w]/m;

export type PybenchContents = NonNullable<Awaited<ReturnType<typeof readPybench>>>;

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
