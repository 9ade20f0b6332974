import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { byCodeUnit, fingerprint, sha256, sha256File } from '../../system/hash.ts';
import type { BuildPlan } from '../types.ts';

/**
 * What configure reads of the sources. A patch that touches nothing of it configures to the same result, so the
 * baseline's is reused. Looked up in configure and configure.ac of 2.7, 3.9, 3.11 and 3.13.
 */
const isRead = picomatch(
  [
    // It is the script itself; it runs the others, or names them in the Makefile.
    ...['configure', '{config.guess,config.sub,install-sh}', 'Modules/makesetup'],
    // It fills them in: Makefile.pre.in, pyconfig.h.in, Modules/*.in, Misc/*.in.
    '**/*.in',
    // makesetup turns them into Makefile and Modules/config.c.
    'Modules/Setup*',
    // It preprocesses this one (3.11 and later).
    'Misc/platform_triplet.c',
    // The version: configure and Makefile name files after it.
    'Include/patchlevel.h',
    // A library inside the tree with its own configure.
    '**/configure',
  ],
  { dot: true },
);

/**
 * What configure's result depends on: the files that it reads, the names of all files (it looks whether some exist, and
 * lists others), the command, the environment, the compiler. Equal fingerprints configure to equal results.
 * @param src the variant's sources, complete.
 * @param files the files of `src` that are sources, when others lie there too; default: all.
 * @param obj the object folder: a Setup.local that lies there already is read by makesetup.
 */
export async function configureFingerprint(
  plan: BuildPlan,
  src: string,
  obj: string,
  files?: readonly string[],
): Promise<string> {
  const names = [...(files ?? (await filesBelow(src)))].sort(byCodeUnit);
  const read = await Promise.all(
    names.filter((name) => isRead(name)).map(async (name) => [name, await sha256File(path.join(src, name))]),
  );
  const setup = await readFile(path.join(obj, 'Modules', 'Setup.local'), 'latin1').catch(() => undefined);
  // Where the target turns modules off that the tree turns on.
  const own = await readFile(path.join(obj, 'Modules', 'Setup'), 'latin1').catch(() => undefined);
  const { configure, site, compiler, env } = plan.inputs;
  return fingerprint({
    schema: 1,
    names: sha256(names.join('\0')),
    read,
    setup,
    ...(own === undefined ? {} : { own }),
    configure,
    site,
    compiler,
    env,
  });
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
