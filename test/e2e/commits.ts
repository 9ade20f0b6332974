import { execFileSync } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sourceTree } from './forkwright.ts';

export const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@invalid', '-c', 'core.autocrlf=false', ...args], {
    cwd,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  });

/** A repository of 2.7 with some commits, and the changes that they are of. */
export async function repository(
  root: string,
  commits: readonly (readonly [message: string, file: string, find: string, by: string])[],
) {
  await cp(await sourceTree('2.7'), root, { recursive: true, verbatimSymlinks: true });
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'add', '-A', '-f');
  git(root, 'commit', '-qm', 'release');
  git(root, 'tag', 'release');
  for (const [message, file, find, by] of commits) {
    const text = await readFile(path.join(root, file), 'latin1');
    if (text.split(find).length !== 2) throw new Error(`${file} has not exactly one ${find}`);
    await writeFile(path.join(root, file), text.replace(find, by), 'latin1');
    git(root, 'commit', '-qam', message);
  }
  return root;
}

export const COPYRIGHT = ['Python/getcopyright.c', 'Corporation for National Research Initiatives'] as const;
/** Commits that change nothing that a program does. */
export const noise = (n: number) =>
  [
    `Nothing ${n}`,
    'Python/getplatform.c',
    n === 1 ? '#include "Python.h"' : `/* ${n - 1} */`,
    n === 1 ? '#include "Python.h"\n/* 1 */' : `/* ${n} */`,
  ] as const;
/** Holds 40 KiB from the start on. */
export const HOLDS = [
  'Hold 40 KiB',
  'Python/pythonrun.c',
  '    _PyRandom_Init();',
  '    memset(malloc(40960), 1, 40960);\n    _PyRandom_Init();',
] as const;
/** Counts each use of a local variable, where no compiler can leave it out. */
export const SLOW = [
  'Count locals',
  'Python/ceval.c',
  '#define GETLOCAL(i)     (fastlocals[i])',
  '#define GETLOCAL(i)     (*({ static volatile int counted; counted++; counted++; &fastlocals[i]; }))',
] as const;
