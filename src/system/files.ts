import { randomBytes } from 'node:crypto';
import { constants, existsSync, mkdirSync, rmSync, type Stats } from 'node:fs';
import { mkdir, mkdtemp, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { z } from 'zod';
import { Cancelled, UserError } from './diagnostic.ts';
import { holding, isStopped } from './held.ts';
import { parseJson } from './json.ts';
import { isInside } from './paths.ts';

const FREE = 'free some space (`forkwright cache --prune` removes old builds), then run the same command again';
const WHY: Readonly<Record<string, readonly [string, string]>> = {
  EIO: [
    'the device does not read or write (input/output error)',
    'see the system log: the disk or the network drive may be failing',
  ],
  ENOSPC: ['the disk is full', FREE],
  EDQUOT: ['the disk quota is used up', FREE],
  EACCES: ['permission denied', 'give yourself write permission there, or choose another folder'],
  EPERM: ['operation not permitted', 'give yourself write permission there, or choose another folder'],
  EROFS: ['the file system is read-only', 'choose a folder on a writable file system'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'choose another folder'],
  ENOENT: ['no such file or folder', 'check the path'],
  EEXIST: ['something of that name is in the way', 'choose another name, or remove what is there'],
  EISDIR: ['it is a folder, not a file', 'check the path'],
  ELOOP: ['symbolic links lead in a circle', 'check the path'],
  ENAMETOOLONG: ['the path is too long', 'choose a folder with a shorter path'],
};

/**
 * A failed file operation as a user's error, or `undefined` when the error is not one that a user can cause.
 * `doing` completes "cannot …".
 */
export function fileProblem(error: unknown, doing: string): UserError | undefined {
  const { code, path: file } = (error ?? {}) as NodeJS.ErrnoException;
  const why = code === undefined ? undefined : WHY[code];
  if (why === undefined) return undefined;
  return new UserError({
    code: `system/${code?.toLowerCase()}`,
    message: `cannot ${doing}: ${why[0]}`,
    place: typeof file === 'string' ? { file } : undefined,
    hint: why[1],
  });
}

/** Runs a file operation; what a user can cause comes out as a `UserError`, anything else unchanged. */
export async function withFileProblems<T>(doing: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw fileProblem(error, doing) ?? error;
  }
}

/**
 * A file's bytes. Opened without waiting: a pipe that nobody writes to would keep us for ever.
 * @param bad what it must not be; by default anything but a plain file.
 * @throws file errors, and what `bad` says.
 */
export async function readPlain(
  file: string,
  bad: (stat: Stats) => UserError | undefined = noFile(file, 'it'),
): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const problem = bad(await handle.stat());
    if (problem !== undefined) throw problem;
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

const noFile = (file: string, what: string) => (info: Stats) =>
  info.isFile()
    ? undefined
    : new UserError({
        code: 'system/no-file',
        message: `${what} is to be read from a file, and this is no plain one`,
        place: { file },
      });

/** As `readPlain`; file errors that a user can cause come out as a `UserError`. */
export const readAtOnce = (
  file: string,
  doing: string,
  bad?: (stat: Stats) => UserError | undefined,
): Promise<Buffer> => withFileProblems(doing, () => readPlain(file, bad));

/**
 * A file that somebody else's data names, below a folder. Links out of it are not followed, and a pipe is not waited for.
 * @throws UserError; file errors that a user can cause come out as one.
 */
export async function readInside(folder: string, name: string, doing: string): Promise<Buffer> {
  const file = path.join(folder, name);
  const [real, top] = await withFileProblems(doing, () => Promise.all([realpath(file), realpath(folder)]));
  if (isInside(real, top)) return readAtOnce(real, doing);
  throw new UserError({
    code: 'system/no-file',
    message: `cannot ${doing}: it leads out of the folder`,
    place: { file },
  });
}

export const isFile = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined))?.isFile() ?? false;

export const isFolder = async (folder: string): Promise<boolean> =>
  (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;

/**
 * Makes a folder and those above it. Not `mkdir` with `recursive`: Node's tries for ever where the file system answers
 * ENOENT although the parent is there, as /proc does.
 */
export async function makeFolder(folder: string): Promise<void> {
  const make = () =>
    mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST' || !(await isFolder(folder))) throw error;
    });
  try {
    await make();
  } catch (error) {
    const parent = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    // Another process may have made the parent since: then this one tries once more.
    if (!(await isFolder(parent))) await makeFolder(parent);
    await make();
  }
}

/** As {@link makeFolder}, at once. */
export function makeFolderSync(folder: string): void {
  if (existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolderSync(parent);
  mkdirSync(folder);
}

/**
 * Writes a file so that readers see the old content or the new, never a part: to a temporary neighbour, then renamed.
 * Through a symbolic link the file that it names is written. Into a device or a pipe is written as it stands: to rename
 * something over `/dev/stdout` would take it from the whole machine.
 */
export async function writeFileAtomic(given: string, data: string | Uint8Array): Promise<void> {
  await withFileProblems(`write ${given}`, async () => {
    await makeFolder(path.dirname(given));
    const there = await stat(given).catch(() => undefined);
    if (there !== undefined && !there.isFile()) return writeFile(given, data);
    const file = await behindLinks(given);
    const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    const write = async () => {
      try {
        const handle = await open(temporary, 'wx');
        try {
          await handle.writeFile(data);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await renameOver(temporary, file);
      } catch (error) {
        await rm(temporary, { force: true });
        // The user knows the file, not its neighbour.
        throw Object.assign(error as NodeJS.ErrnoException, { path: given });
      }
    };
    await holding(write, () => rmSync(temporary, { force: true }));
  });
}

/** What Windows answers while another program, a virus scanner say, has the file open for a moment. */
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);
const HELD_MS = 2000;

/**
 * Renames a file in the place of another. On Windows one that is held open is waited for.
 * @param how tests give a stand-in.
 */
export async function renameOver(
  from: string,
  to: string,
  platform: NodeJS.Platform = process.platform,
  how: typeof rename = rename,
): Promise<void> {
  const deadline = performance.now() + HELD_MS;
  for (let pause = 10; ; pause *= 2) {
    try {
      return await how(from, to);
    } catch (error) {
      const held = platform === 'win32' && HELD.has((error as NodeJS.ErrnoException).code ?? '');
      if (!held || performance.now() + pause > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The file that a path names, also when it is a link to one that is not there yet. */
async function behindLinks(file: string): Promise<string> {
  for (let at = file, hops = 0; ; hops += 1) {
    const target = await readlink(at).catch(() => undefined);
    // More than Linux follows: a circle, which opening the file will tell.
    if (target === undefined || hops > 40) return at;
    at = path.resolve(path.dirname(at), target);
  }
}

export async function writeJson(file: string, data: unknown): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(data, undefined, 2)}\n`);
}

/**
 * A folder of its own for as long as `body` works in it.
 * @param begin of its name: `forkwright-cc-`. @param parent absolute.
 * @throws Cancelled when the work was stopped meanwhile.
 */
export async function inTemporaryFolder<T>(
  begin: string,
  body: (folder: string) => Promise<T>,
  parent = tmpdir(),
): Promise<T> {
  let folder: string | undefined;
  const work = async () => {
    folder = await mkdtemp(path.join(parent, begin));
    try {
      return await body(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const result = await holding(work, () => folder !== undefined && rmSync(folder, { recursive: true, force: true }));
  if (isStopped()) throw new Cancelled();
  return result;
}

/**
 * Reads JSON and checks it against its schema.
 * @returns `undefined` when the file does not exist.
 * @throws UserError when it is not JSON or not of the schema's shape.
 */
export async function readJson<T extends z.ZodType>(
  file: string,
  schema: T,
  what: string,
): Promise<z.infer<T> | undefined> {
  let text: string;
  try {
    // Some devices end never, and a pipe has nothing before somebody writes to it.
    text = (await readPlain(file, noFile(file, what))).toString('utf8');
  } catch (error) {
    if (error instanceof UserError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileProblem(error, `read ${what}`) ?? error;
  }
  const parsed = parseJson(text, schema);
  if (!('why' in parsed)) return parsed.data;
  const { why, isJson } = parsed;
  throw new UserError(
    isJson
      ? { code: 'system/bad-data', message: `${what} does not have the expected shape`, place: { file }, detail: why }
      : { code: 'system/bad-json', message: `${what} is not valid JSON: ${why}`, place: { file } },
  );
}
