import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../system/diagnostic.ts';
import { byCodeUnit } from '../system/hash.ts';
import type { PythonVersion } from './types.ts';
import { parseVersion, VERSION_FILE } from './version.ts';

/** The version of the tree at a folder, or `undefined` when it is not the top of a CPython tree. */
export async function versionAt(folder: string): Promise<PythonVersion | undefined> {
  try {
    return parseVersion(await readFile(path.join(folder, VERSION_FILE), 'latin1'));
  } catch {
    return undefined;
  }
}

const GET_ONE = 'get one with `forkwright source 2.7`, or name a checkout with --checkout DIR';

/** How many folders are looked into for trees: a home folder must not take seconds. */
const LOOKED_INTO = 400;

/** Says why `folder` is not a CPython tree, and where the user may have meant: above it, or below it. */
export async function notCpython(folder: string): Promise<UserError> {
  const message = `${folder} is not a CPython source tree: it has no ${VERSION_FILE} that states a version`;
  const code = 'checkout/not-cpython';
  const place = { file: folder };
  for (let above = path.dirname(folder), at = folder; above !== at; at = above, above = path.dirname(above)) {
    const version = await versionAt(above);
    if (version === undefined) continue;
    const hint = `you are inside a tree of CPython ${version.text}: use --checkout ${above}`;
    return new UserError({ code, message, place, hint });
  }
  const below = await treesBelow(folder);
  const [only] = below;
  if (only === undefined) {
    const beside = (await installed(folder)) ? 'this looks like an installed Python; its sources are needed: ' : '';
    return new UserError({ code, message, place, hint: beside + GET_ONE });
  }
  if (below.length === 1) {
    const hint = `there is a tree of CPython ${only.version.text} in it: use --checkout ${only.folder}`;
    return new UserError({ code, message, place, hint });
  }
  return new UserError({
    code,
    message,
    place,
    hint: 'there are several trees in it: choose one with --checkout DIR',
    detail: below.map((tree) => `${tree.folder}  (${tree.version.text})`),
  });
}

/** The CPython trees one or two levels below a folder. */
async function treesBelow(folder: string): Promise<{ folder: string; version: PythonVersion }[]> {
  const found: { folder: string; version: PythonVersion }[] = [];
  let queue = subfolders(folder);
  let left = LOOKED_INTO;
  for (let depth = 0; depth < 2; depth++) {
    const next: string[] = [];
    for (const candidate of queue) {
      if (left-- <= 0) return found;
      const version = await versionAt(candidate);
      if (version === undefined) next.push(...subfolders(candidate));
      else found.push({ folder: candidate, version });
    }
    queue = next;
  }
  return found;
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map((entry) => path.join(folder, entry.name))
      .sort(byCodeUnit);
  } catch {
    return [];
  }
}

async function installed(folder: string): Promise<boolean> {
  return subfolders(path.join(folder, 'lib')).some((name) => /\/python\d\.\d+$/.test(name));
}
