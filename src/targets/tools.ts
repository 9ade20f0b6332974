import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path, { type PlatformPath } from 'node:path';
import type { Context } from '../system/context.ts';
import { runProcess } from '../system/process.ts';
import type { Tool } from './types.ts';

/**
 * Where a build finds its tools, whatever the user's PATH says: a `python` or `sed` of the user's own would get into
 * one build and not into another.
 */
export const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'.split(':');

/**
 * The folders in which tools are looked for: the system's first, then the user's, for systems that keep compilers
 * elsewhere. `FORKWRIGHT_PATH` stands in for both.
 */
export function searchFolders(ctx: Pick<Context, 'env'>, flavour: PlatformPath = path): readonly string[] {
  const { delimiter, isAbsolute } = flavour;
  if (ctx.env.FORKWRIGHT_PATH) return ctx.env.FORKWRIGHT_PATH.split(delimiter);
  // Node's process.env has no case on Windows; a copy of it has.
  const own = (ctx.env.PATH ?? ctx.env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return [...new Set([...(flavour.sep === '/' ? SYSTEM_PATH : []), ...own])];
}

/** The files that a program called `name` may be; an absolute `name` stands for itself. */
export function programCandidates(
  name: string,
  folders: readonly string[],
  flavour: PlatformPath = path,
): readonly string[] {
  // On Windows `PATHEXT` is not asked: what is started here are programs, not scripts.
  const endings = flavour.sep === '/' ? [''] : ['', '.exe'];
  const files = flavour.isAbsolute(name) ? [name] : folders.map((folder) => flavour.join(folder, name));
  return files.flatMap((file) => endings.map((ending) => file + ending));
}

export async function findProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const file of programCandidates(name, folders)) {
    try {
      await access(file, constants.X_OK);
      if ((await stat(file)).isFile()) return file;
    } catch {
      // Not here: look further.
    }
  }
  return undefined;
}

/** Finds a program and asks its version. @returns `undefined` when it is not there or cannot be run. */
export async function findTool(
  name: string,
  ctx: Context,
  folders: readonly string[] = searchFolders(ctx),
): Promise<Tool | undefined> {
  const file = await findProgram(name, folders);
  if (file === undefined) return undefined;
  const version = await askTool(file, ['--version'], ctx);
  if (version === undefined) return undefined;
  return { name: path.basename(name), path: file, version: version.split('\n')[0]?.trim() ?? '' };
}

/** What a tool prints when asked with `args`, trimmed; `undefined` when it fails. */
export async function askTool(
  file: string,
  args: readonly string[],
  ctx: Context,
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const result = await runProcess(file, args, {
    cwd: '/',
    env: { ...env, PATH: searchFolders(ctx).join(path.delimiter), LC_ALL: 'C' },
    timeoutMs: 10_000,
    signal: ctx.signal,
  });
  return result.exitCode === 0 ? result.stdout.trim() : undefined;
}
