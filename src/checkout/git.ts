import path from 'node:path';
import type { SimpleGit } from 'simple-git';
import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { isFolder } from '../system/files.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';
import { asksFilters, commandIn, type GitMay, gitArguments, gitEnvironment } from './git-settings.ts';

interface GitHow {
  /** Default: `read`. */
  readonly may?: GitMay | undefined;
  /** Of each call; default 60 s. */
  readonly timeoutMs?: number | undefined;
  /** How answers are decoded: `latin1` keeps bytes. */
  readonly encoding?: 'utf8' | 'latin1' | undefined;
  /** Text for the standard input of each call. */
  readonly input?: string | undefined;
  /** Answers are what git says on both its outputs, the second one last. */
  readonly both?: boolean | undefined;
  /** The folder is no repository, and one that it may lie in is none of its business. */
  readonly alone?: boolean | undefined;
}

export type GitContext = Pick<Context, 'env' | 'signal'>;

/** A call that git ended with another exit code than 0: its words, for who wants to tell them. */
export class GitExit extends Error {
  readonly result: ProcessResult;

  constructor(result: ProcessResult) {
    super(`git ${commandIn(result.command.slice(1)).name} exits with ${result.exitCode}: ${result.stderr.trim()}`);
    this.result = result;
  }
}

/** What simple-git asks to run a command, and what it runs before: its types name neither. */
interface Task {
  readonly commands: readonly string[];
  readonly format: 'empty' | 'utf-8' | 'buffer';
  readonly parser: (out: unknown, error?: unknown) => unknown;
}
interface Executor {
  readonly cwd: string;
  readonly env: undefined;
  chain(): Executor;
  push(task: Task): Promise<unknown>;
}
interface Inside {
  readonly _plugins: { exec(type: 'spawn.args', args: string[], context: object): string[] };
}

/**
 * git in a folder, by simple-git's methods; `raw` for what has none. simple-git makes the command lines and refuses those
 * that are not safe; our own spawner runs them, as simple-git's knows no process groups: each ends with all that it
 * started, at its time limit and on abort.
 * Its calls throw `GitExit` when git says no, and UserError: `checkout/no-git` when the program is missing,
 * `checkout/dubious-ownership` when git refuses to look into a repository that belongs to another user,
 * `checkout/git-slow` at the time limit.
 */
export async function openGit(folder: string, ctx: GitContext, how: GitHow = {}): Promise<SimpleGit> {
  // Loaded with the first call: commands that need no repository answer sooner.
  const { simpleGit } = await import('simple-git');
  if (!(await isFolder(folder))) {
    throw new UserError({
      code: 'checkout/no-folder',
      message: `there is no folder ${folder}`,
      place: { file: folder },
      hint: 'name another folder',
    });
  }
  const git = simpleGit(folder);
  const { _plugins: plugins } = git as unknown as Inside;
  const executor: Executor = {
    cwd: folder,
    env: undefined,
    chain: () => executor,
    push: async (task) => {
      if (task.format === 'empty') return task.parser(executor);
      const context = { method: task.commands[0], commands: task.commands, env: {}, input: undefined };
      let args: readonly string[];
      try {
        args = plugins.exec('spawn.args', [...task.commands], context);
      } catch (error) {
        throw new UserError({
          code: 'checkout/unsafe-git',
          message: `git is not asked for that: ${(error as Error).message}`,
          hint: 'a name that begins with a dash is an option to git: name it in another way',
        });
      }
      const asks = asksFilters(commandIn(args).name, how.may ?? 'read');
      const result = await start(folder, args, asks ? await filtersOf(folder, ctx, how) : [], ctx, how);
      if (result.exitCode !== 0) throw new GitExit(result);
      const { stdout, stderr } = result;
      return task.parser(how.both ? stdout + stderr : stdout, stderr);
    },
  };
  // As simple-git itself makes the objects that its methods return.
  return Object.create(git, { _executor: { value: executor } }) as SimpleGit;
}

/** What a call says, or what git ended with where it says no. */
export async function orExit<T>(call: PromiseLike<T>): Promise<T | GitExit> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GitExit) return error;
    throw error;
  }
}

/** What a call says, or `undefined` where git says no. */
export async function orNot<T>(call: PromiseLike<T>): Promise<T | undefined> {
  const said = await orExit(call);
  return said instanceof GitExit ? undefined : said;
}

/** What a call says; git's no is an error with its own words. `doing` completes "cannot …". */
export async function orFail<T>(doing: string, cwd: string, call: PromiseLike<T>): Promise<T> {
  const said = await orExit(call);
  if (said instanceof GitExit) throw gitFailed(doing, cwd, said);
  return said;
}

/** A call's failure for a person, with the last lines of what git said; of a partial clone what to do about it. */
export function gitFailed(doing: string, cwd: string, { result }: GitExit, hint?: string): UserError {
  if (NOT_FETCHED.test(result.stderr)) return missingObject(cwd);
  return new UserError({
    code: 'checkout/git-failed',
    message: `cannot ${doing}: git ${result.exitCode === undefined ? 'was ended' : `exits with ${result.exitCode}`}`,
    place: { file: cwd },
    detail: result.stderr.trim().split('\n').slice(-6),
    hint: hint ?? 'try the command by hand: its own words are below',
  });
}

/** git's words where it would fetch what a partial clone lacks, and may not. */
const NOT_FETCHED = /promisor remote|transport '[^']*' not allowed/;

/** Of a clone that was made without all objects; they are not fetched for a look: that would run what its configuration names. */
export function missingObject(repo: string): UserError {
  return new UserError({
    code: 'checkout/missing-object',
    message: `the repository lacks objects of this commit: it is a partial clone, or damaged`,
    place: { file: repo },
    hint: 'fetch all of it there, with `git fetch --refetch --no-filter`, and try again',
  });
}

/** The filters that the configuration names, of whatever file: git runs them when it reads a file of the work tree. */
async function filtersOf(cwd: string, ctx: GitContext, how: GitHow): Promise<readonly string[]> {
  const asked = ['config', '-z', '--name-only', '--get-regexp', '^filter\\.'];
  const { stdout } = await start(cwd, asked, [], ctx, { ...how, encoding: 'utf8', input: undefined });
  const names = stdout.split('\0').flatMap((key) => /^filter\.(.*)\.[^.]*$/s.exec(key)?.[1] ?? []);
  // Neither can be said on the command line: '=' ends a name there, and U+FFFD stands for bytes that are no UTF-8.
  const strange = names.find((name) => /[=\uFFFD]/.test(name));
  if (strange === undefined) return [...new Set(names)];
  throw new UserError({
    code: 'checkout/strange-filter',
    message: `the repository's configuration has a filter called "${strange}", which cannot be turned off`,
    place: { file: cwd },
    hint: '`git config --show-origin --get-regexp filter` says where it stands: take it out',
  });
}

async function start(
  cwd: string,
  args: readonly string[],
  filters: readonly string[],
  ctx: GitContext,
  how: GitHow,
): Promise<ProcessResult> {
  const { may = 'read', timeoutMs = 60_000, alone = false } = how;
  const result = await runProcess('git', gitArguments(args, may, filters), {
    cwd,
    env: { ...gitEnvironment(ctx.env, may), ...(alone ? { GIT_CEILING_DIRECTORIES: path.dirname(cwd) } : {}) },
    timeoutMs,
    signal: ctx.signal,
    encoding: how.encoding,
    input: how.input,
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (result.notFound) {
    throw new UserError({
      code: 'checkout/no-git',
      message: 'git is not installed',
      hint: 'install git (Debian, Ubuntu: `apt-get install git`)',
    });
  }
  if (result.timedOut) {
    throw new UserError({
      code: 'checkout/git-slow',
      message: `git ${commandIn(args).name} did not end within ${Math.round(timeoutMs / 1000)} seconds`,
      place: { file: cwd },
      hint: 'see whether `git status` works there; a network file system or a broken hook can hold it',
    });
  }
  if (result.exitCode !== 128 || !result.stderr.includes('dubious ownership')) return result;
  const owned = /dubious ownership in repository at '([^'\n]+)'/.exec(result.stderr)?.[1] ?? cwd;
  throw new UserError({
    code: 'checkout/dubious-ownership',
    message: 'git does not look into this repository, because another user owns it',
    place: { file: cwd },
    hint: `if you trust it: \`git config --global --add safe.directory '${owned}'\``,
  });
}
