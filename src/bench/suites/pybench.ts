import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { byCodeUnit } from '../../system/hash.ts';
import type { PybenchCopy } from '../types.ts';
import type { PreparedSuite, Suite } from './suite.ts';

/** CPython's own benchmark of single operations, up to 3.6. */
export const pybench: Suite = {
  name: 'pybench',
  title: 'pybench',
  words: 'pybench',
  counted: true,
  async prepare(inputs) {
    const { pybenchCopy } = await import('../pybench/pin.ts');
    return pybenchSuite(await pybenchCopy(inputs));
  },
  async pack(inputs) {
    const { pybenchCopy } = await import('../pybench/pin.ts');
    const { readPybench } = await import('../pybench/find.ts');
    const { folder, ...pybench } = await pybenchCopy(inputs);
    const contents = await readPybench(folder);
    if (contents === undefined) throw new Error(`no pybench in ${folder}`);
    const names = contents.files.filter((name) => name !== 'forkwright-pybench.json');
    const files = await Promise.all(
      names.map(async (name) => ({ name: `pybench/${name}`, data: await readFile(path.join(folder, name)) })),
    );
    return { files, tests: await pybenchTestNames(folder, contents.testModules), identity: { pybench } };
  },
};

/** A pybench that is there already. */
export const pybenchSuite = ({ folder, ...pybench }: PybenchCopy): PreparedSuite => ({
  name: 'pybench',
  args: ['pybench', folder],
  identity: { pybench },
});

// Also within an `if`: tests of what not every version has.
const CLASS = /^[ \t]*class\s+(\w+)\s*\(\s*([\w.]+)\s*\)\s*:/gm;

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
