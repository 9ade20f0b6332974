import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { byCodeUnit } from '../../system/hash.ts';

// Also within an `if`: tests of what not every version has.
const CLASS = /^[ \t]*class\s+(\w+)\s*\(\s*([\w.]+)\s*\)\s*:/gm;
const FUNCTION = /^[ \t]*def\s+bench_(\w+)\s*\((?!self\b)/gm;

/**
 * The names of pybench's tests, read from the sources of its modules: classes that come from its `Test`, also by way of
 * others. The interpreters that will run them cannot be asked here.
 */
export async function pybenchTestNames(folder: string, modules: readonly string[]): Promise<readonly string[]> {
  const bases = new Map<string, string>();
  for (const module of modules) {
    const text = await readFile(path.join(folder, module), 'latin1');
    for (const [, name = '', base = ''] of text.matchAll(CLASS)) bases.set(name, base.split('.').at(-1) ?? '');
  }
  const isTest = (name: string, seen: readonly string[] = []): boolean => {
    const base = bases.get(name);
    if (base === undefined || seen.includes(name)) return false;
    return base === 'Test' || isTest(base, [...seen, name]);
  };
  return [...bases.keys()].filter((name) => isTest(name)).sort(byCodeUnit);
}

/** The names of the tests of a user's scripts, as the worker calls them: with the script's name where there are several. */
export async function scriptTestNames(files: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of files) {
    const stem = path.basename(file, '.py');
    for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(FUNCTION)) {
      found.push(files.length > 1 ? `${stem.split(/\s+/).join('_')}.${name}` : name);
    }
  }
  return [...new Set(found)].sort(byCodeUnit);
}
