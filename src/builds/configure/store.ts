import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Context } from '../../system/context.ts';
import { fileProblem, readJson, withFileProblems, writeJson } from '../../system/files.ts';
import { KEY_LENGTH } from '../plan.ts';

const recordSchema = z.object({ schemaVersion: z.literal(1), key: z.string().length(KEY_LENGTH) });

/** Where results of configure are kept, by the first digits of their fingerprint. */
export function configureFolder(cacheDir: string): string {
  return path.join(path.resolve(cacheDir), 'configured');
}

function snapshotFolder(fingerprint: string, ctx: Context): string {
  return path.join(configureFolder(ctx.cacheDir), fingerprint.slice(0, KEY_LENGTH));
}

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
    ctx.emit({
      type: 'message',
      level: 'verbose',
      text: `configure's result was not kept: ${(error as Error).message}`,
    });
  }
}

/**
 * Puts a kept result into the empty folder `obj` of the build `key`, as if configure had run there: the other build's key
 * is replaced by this one's in every file. Keys have equal lengths, so nothing shifts.
 * @returns false when there is none.
 */
export async function reuseConfigured(fingerprint: string, key: string, obj: string, ctx: Context): Promise<boolean> {
  const folder = snapshotFolder(fingerprint, ctx);
  const record = await readJson(path.join(folder, 'configured.json'), recordSchema, 'a kept configure').catch(
    () => undefined,
  );
  if (record === undefined) return false;
  await withFileProblems(`write to ${obj}`, () =>
    copyReplacing(path.join(folder, 'obj'), obj, record.key, key, new Date()),
  );
  return true;
}

/**
 * All files get the same time: make takes a target as fresh unless a prerequisite is newer.
 */
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
