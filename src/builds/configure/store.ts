import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { fileProblem, readJson, withFileProblems, writeJson } from '../../system/files.ts';
import { byCodeUnit, fingerprint, sha256, sha256File } from '../../system/hash.ts';
import { KEY_LENGTH } from '../plan.ts';
import type { BuildPlan } from '../types.ts';

const recordSchema = z.object({ schemaVersion: z.literal(1), key: z.string().length(KEY_LENGTH) });

/** Where results of configure are kept, by the first digits of their fingerprint. */
export function configureFolder(cacheDir: string): string {
  return path.join(path.resolve(cacheDir), 'configured');
}

const snapshotFolder = (fingerprint: string, ctx: Context): string =>
  path.join(configureFolder(ctx.cacheDir), fingerprint.slice(0, KEY_LENGTH));

/**
 * Keeps what configure made in `obj` (some twenty small files). A store that cannot be written to costs time, never the
 * build.
 * @param key the build's key: the folder's name, which stands in the files.
 */
export async function keepConfigured(fingerprint: string, key: string, obj: string, ctx: Context): Promise<void> {
  const folder = snapshotFolder(fingerprint, ctx);
  const temporary = `${folder}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(path.dirname(folder), { recursive: true });
    await cp(obj, path.join(temporary, 'obj'), { recursive: true });
    await writeJson(path.join(temporary, 'configured.json'), { schemaVersion: 1, key });
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    const known = code === 'ENOTEMPTY' || code === 'EEXIST' || fileProblem(error, '') !== undefined;
    if (!known) throw error;
    const text = `configure's result was not kept: ${(error as Error).message}`;
    ctx.emit({ type: 'message', level: 'verbose', text });
  }
}

/**
 * Puts a kept result into the empty folder `obj` of the build `key`, as if configure had run there: the other build's key
 * is replaced by this one's in every file. Keys have equal lengths, so nothing shifts.
 * @returns false when there is none.
 */
export async function reuseConfigured(fingerprint: string, key: string, obj: string, ctx: Context): Promise<boolean> {
  const folder = snapshotFolder(fingerprint, ctx);
  const file = path.join(folder, 'configured.json');
  const record = await readJson(file, recordSchema, 'a kept configure').catch(() => undefined);
  if (record === undefined) return false;
  const copy = () => copyReplacing(path.join(folder, 'obj'), obj, record.key, key, new Date());
  await withFileProblems(`write to ${obj}`, copy);
  return true;
}

/** All files get the same time: make takes a target as fresh unless a prerequisite is newer. */
async function copyReplacing(from: string, to: string, oldKey: string, newKey: string, time: Date): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const copy = path.join(to, entry.name);
    if (entry.isDirectory()) {
      await copyReplacing(source, copy, oldKey, newKey, time);
      continue;
    }
    const text = await readFile(source, 'latin1');
    await writeFile(copy, text.replaceAll(oldKey, newKey), 'latin1');
    await chmod(copy, (await stat(source)).mode & 0o777);
    await utimes(copy, time, time);
  }
}

/** Configures under way in this process, by cache and fingerprint. */
const running = new Map<string, Promise<unknown>>();

/**
 * Configures an object folder, or takes over what an equal configure made. Of builds that run at once and configure to the
 * same result, the first configures; the others wait for it and reuse the result, or run configure themselves when there
 * is none, so that each has its own log of what failed.
 * @param run configures; gives what failed, if anything did.
 */
export async function configureOnce<Failure>(
  fingerprint: string,
  key: string,
  obj: string,
  ctx: Context,
  run: () => Promise<Failure | undefined>,
): Promise<
  | { readonly how: 'ran' | 'reused'; readonly durationMs: number }
  | { readonly how: 'failed'; readonly failure: Failure }
> {
  const id = JSON.stringify([ctx.cacheDir, fingerprint]);
  const earlier = running.get(id);
  const mine = (async () => {
    await earlier?.catch(() => {});
    const started = performance.now();
    const spent = () => Math.round(performance.now() - started);
    if (await reuseConfigured(fingerprint, key, obj, ctx)) return { how: 'reused' as const, durationMs: spent() };
    const failure = await run();
    if (failure !== undefined) return { how: 'failed' as const, failure };
    const durationMs = spent();
    await keepConfigured(fingerprint, key, obj, ctx);
    return { how: 'ran' as const, durationMs };
  })();
  running.set(id, mine);
  try {
    return await mine;
  } finally {
    if (running.get(id) === mine) running.delete(id);
  }
}

/**
 * What configure reads of the sources. A patch that touches nothing of it configures to the same result, so the
 * baseline's is reused. Looked up in configure and configure.ac of 2.7, 3.9, 3.11 and 3.13.
 */
export const isReadByConfigure: (file: string) => boolean = picomatch(
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
  const hash = async (name: string) => [name, await sha256File(path.join(src, name))];
  const read = await Promise.all(names.filter((name) => isReadByConfigure(name)).map(hash));
  const inObj = (name: string) => readFile(path.join(obj, 'Modules', name), 'latin1').catch(() => undefined);
  const setup = await inObj('Setup.local');
  // Where the target turns modules off that the tree turns on.
  const own = await inObj('Setup');
  const { configure, site, compiler, env } = plan.inputs;
  return fingerprint({ schema: 1, names: sha256(names.join('\0')), read, setup, own, configure, site, compiler, env });
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
