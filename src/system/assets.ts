import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The top folder of the package: where package.json, recipes/ and patches/ lie. Works from sources and from the build. */
export function packageRoot(): string {
  for (let folder = here; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json')) && existsSync(path.join(folder, 'recipes'))) return folder;
    if (path.dirname(folder) === folder) throw new Error(`no package.json with recipes/ above ${here}`);
  }
}

/** Programs of ours that are started as processes of their own: name → source below src/. */
export const PROGRAMS = { 'ssh-run': 'targets/runners/ssh/run.ts' } as const;

/** @returns the absolute path of a program for `process.execPath`; of its source where there is no build of it. */
export function programPath(name: keyof typeof PROGRAMS): string {
  const built = `${name}.js`;
  return firstOf(`program ${name}`, [built, path.join('..', built)], path.join('src', PROGRAMS[name]));
}

/** The first that is there of some files beside this one, and one of the package. */
function firstOf(what: string, beside: readonly string[], source: string): string {
  const candidates = [...beside.map((file) => path.join(here, file)), path.join(packageRoot(), source)];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${what} is missing: looked in ${candidates.join(', ')}`);
  return found;
}

/**
 * A file that is not TypeScript: `bench/worker.py` is `src/bench/assets/worker.py` in the sources and
 * `build/assets/bench/worker.py` in the build.
 * @returns its absolute path.
 */
export function assetPath(name: string): string {
  const [room = '', ...rest] = name.split('/');
  const built = path.join('assets', name);
  return firstOf(`asset ${name}`, [built, path.join('..', built)], path.join('src', room, 'assets', ...rest));
}

/** Forkwright's own version, from its package.json. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
