import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';

/** Which tests: a few that look at frames, code objects and memory; all of regrtest's; none; or by name. */
export type CpythonTestSet = 'quick' | 'all' | 'none' | readonly string[];

/** The tests closest to what a recipe changes: seconds each. Those that a version does not have are left out. */
export const QUICK_TESTS: readonly string[] = [
  'test_frame',
  'test_code',
  'test_sys',
  'test_gc',
  'test_generators',
  'test_marshal',
  'test_inspect',
  'test_traceback',
];

/** Modules that look like tests but belong to others: regrtest's own NOTTESTS. */
const NOT_TESTS = new Set(['test_support', 'test_future1', 'test_future2']);

/** Whether a source tree has the test, as a file or as a package. */
export function hasTest(sourceDir: string, test: string): boolean {
  const base = path.join(sourceDir, 'Lib', 'test', ...test.split('.'));
  return existsSync(`${base}.py`) || existsSync(path.join(base, '__init__.py'));
}

/** What looks like a test in `Lib/test`, for versions whose regrtest does not list its tests. */
export async function testsInFolder(sourceDir: string): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const entry of await readdir(path.join(sourceDir, 'Lib', 'test'), { withFileTypes: true })) {
    const name = entry.name.replace(/\.py$/, '');
    if (/^test_\w+$/.test(name) && !NOT_TESTS.has(name) && hasTest(sourceDir, name)) names.add(name);
  }
  return [...names].sort(byCodeUnit);
}

/**
 * The names that a user typed, as regrtest knows them.
 * @throws UserError for a name that no tree has.
 */
export async function namedTests(names: readonly string[], sourceDirs: readonly string[]): Promise<readonly string[]> {
  const tests = [...new Set(names.map((name) => name.replace(/\.py$/, '').replace(/^test\./, '')))];
  const unknown = tests.filter((test) => !/^\w+(\.\w+)*$/.test(test) || !sourceDirs.some((dir) => hasTest(dir, test)));
  if (unknown.length === 0) return tests;
  const known = [...new Set((await Promise.all(sourceDirs.map(testsInFolder))).flat())];
  throw new UserError(
    unknown.map((test) => {
      const owner = test.split('.')[0] ?? test;
      const near = known.filter((name) => name.includes(owner.replace(/^test_/, ''))).slice(0, 5);
      return {
        code: 'bench/no-such-cpython-test',
        message: `this CPython has no test ${test}`,
        hint: known.includes(owner)
          ? `tests are chosen by file: use ${owner}`
          : near.length > 0
            ? `did you mean ${near.join(', ')}?`
            : 'name files of Lib/test, without .py: test_sys',
      };
    }),
  );
}
