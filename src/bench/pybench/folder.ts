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

/** What a pybench folder holds. */
export interface PybenchContents {
  /** `__version__` of pybench.py: `2.0`, `2.1`. */
  readonly version: string;
  /** Relative paths with '/', sorted: sources and what belongs to them, no caches. */
  readonly files: readonly string[];
  /** Modules with tests, `Calls.py`. */
  readonly testModules: readonly string[];
  /** The test modules are Python 2: `xrange`, `0L`, `except X, e`. */
  readonly python2: boolean;
  /** SHA-256 over the names and bytes of the files. */
  readonly sha256: string;
}

/** Modules of pybench that hold no tests. */
const MACHINERY = new Set(['pybench.py', 'Setup.py', 'CommandLine.py', 'clockres.py', 'systimes.py']);
const PYTHON_2 = /\bxrange\s*\(|\b\d+L\b|^\s*except\s+[\w.]+\s*,\s*\w+\s*:|^\s*print\s+['"\w]/m;

/** Looks at a folder. @returns `undefined` when there is no pybench in it. */
export async function readPybench(folder: string): Promise<PybenchContents | undefined> {
  let main: string;
  try {
    main = await readFile(path.join(folder, 'pybench.py'), 'latin1');
  } catch {
    return undefined;
  }
  const found = await glob(['**/*', '!**/__pycache__/**', '!**/*.py[co]', '!**/.git/**'], { cwd: folder, dot: true });
  const files = found.sort(byCodeUnit);
  const testModules = files.filter((file) => /^\w+\.py$/.test(file) && !MACHINERY.has(file));
  const texts = await Promise.all(testModules.map((file) => readFile(path.join(folder, file), 'latin1')));
  return {
    version: /^__version__\s*=\s*['"]([^'"]+)['"]/m.exec(main)?.[1] ?? 'unknown',
    files,
    testModules: testModules.filter((_, index) => /^from pybench import/m.test(texts[index] ?? '')),
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
