import type { Context } from '../system/context.ts';
import { UserError } from '../system/diagnostic.ts';
import { type ProcessResult, runProcess } from '../system/process.ts';

/** What git may see of the user's environment: who they are, how they reach the network, nothing that changes answers. */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|USERPROFILE|SYSTEMROOT|TEMP|TMP|TMPDIR|XDG_CONFIG_HOME|SSH_AUTH_SOCK|SSH_ASKPASS|GIT_SSH|GIT_SSH_COMMAND|GIT_SSL_CAINFO|GIT_SSL_CAPATH|GIT_CONFIG_GLOBAL|GIT_CONFIG_SYSTEM|GIT_CONFIG_NOSYSTEM|SSL_CERT_FILE|SSL_CERT_DIR|(https?|all|no|ftp)_proxy)$/i;

/** The environment of every git that is started here. */
export function gitEnvironment(env: Context['env']): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => KEPT.test(name))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    // `git status` would refresh the index: the user's repository is read, never written.
    GIT_OPTIONAL_LOCKS: '0',
  };
}

/** Settings of the user's that would run programs of a repository's choosing, or change what is printed. */
const SETTINGS = ['-c', 'core.quotePath=false', '-c', 'core.fsmonitor=false', '-c', 'color.ui=false'];

export interface GitOptions {
  readonly timeoutMs?: number | undefined;
  readonly encoding?: 'utf8' | 'latin1' | undefined;
  readonly input?: string | undefined;
}

/**
 * Runs git in a folder. A failing exit code is a value.
 * @throws UserError `checkout/no-git` when the program is missing, `checkout/dubious-ownership` when git refuses to look
 * into a repository that belongs to another user, `checkout/git-slow` at the time limit (default 60 s).
 */
export async function runGit(
  cwd: string,
  args: readonly string[],
  ctx: Pick<Context, 'env' | 'signal'>,
  options: GitOptions = {},
): Promise<ProcessResult> {
  const timeoutMs = options.timeoutMs ?? 60_000;
  const result = await runProcess('git', [...SETTINGS, ...args], {
    cwd,
    env: gitEnvironment(ctx.env),
    timeoutMs,
    signal: ctx.signal,
    encoding: options.encoding,
    input: options.input,
    maxBuffer: 1024 * 1024 * 1024,
  });
  if (result.notFound) throw noGit();
  if (result.timedOut) {
    throw new UserError({
      code: 'checkout/git-slow',
      message: `git ${args[0]} did not end within ${Math.round(timeoutMs / 1000)} seconds`,
      place: { file: cwd },
      hint: 'see whether `git status` works there; a network file system or a broken hook can hold it',
    });
  }
  if (result.exitCode === 128 && result.stderr.includes('dubious ownership'))
    throw dubiousOwnership(cwd, result.stderr);
  return result;
}

/** As `runGit`, and a failing exit code is an error with git's own words. `doing` completes "cannot …". */
export async function git(
  cwd: string,
  args: readonly string[],
  ctx: Pick<Context, 'env' | 'signal'>,
  doing: string,
  options: GitOptions = {},
): Promise<string> {
  const result = await runGit(cwd, args, ctx, options);
  if (result.exitCode !== 0) throw gitFailed(doing, cwd, result);
  return result.stdout;
}

/** A git command's failure for a person, with the last lines of what it said. */
export function gitFailed(doing: string, cwd: string, result: ProcessResult, hint?: string): UserError {
  const said = result.stderr.trim().split('\n').slice(-6);
  return new UserError({
    code: 'checkout/git-failed',
    message: `cannot ${doing}: git ${result.exitCode === undefined ? 'was ended' : `exits with ${result.exitCode}`}`,
    place: { file: cwd },
    detail: said,
    hint: hint ?? 'try the command by hand: its own words are below',
  });
}

function noGit(): UserError {
  return new UserError({
    code: 'checkout/no-git',
    message: 'git is not installed',
    hint: 'install git (Debian, Ubuntu: `apt-get install git`)',
  });
}

function dubiousOwnership(cwd: string, said: string): UserError {
  const folder = /dubious ownership in repository at '([^'\n]+)'/.exec(said)?.[1] ?? cwd;
  return new UserError({
    code: 'checkout/dubious-ownership',
    message: 'git does not look into this repository, because another user owns it',
    place: { file: cwd },
    hint: `if you trust it: \`git config --global --add safe.directory '${folder}'\``,
  });
}
