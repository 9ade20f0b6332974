import type { Context } from '../../../system/context.ts';
import { UserError } from '../../../system/diagnostic.ts';
import type { ProcessResult } from '../../../system/process.ts';
import { quoted } from '../../../system/quote.ts';
import type { SshPlace } from './connection.ts';
import { withSsh } from './hello.ts';
import { asRemoteCommand } from './script.ts';

/**
 * What a build has that nobody runs: 80% of its bytes. And what its interpreter compiled here: a .pyc names the path of its
 * source, 2.7 writes that anew into every code object that it loads from another place, and which files there are depends
 * on what was run before; so each interpreter writes its own there, as it did at home.
 */
const LEFT_BEHIND = ['*.o', '*.a', '*.gcda', '.git', 'config.log', '*.pyc', '*.pyo', '__pycache__'];
/** A hundred megabytes over a slow line. */
const LIMIT_MS = 60 * 60_000;

export interface Copying {
  readonly ssh: readonly string[];
  readonly place: SshPlace;
  /** Both machines have rsync. */
  readonly rsync: boolean;
  readonly ctx: Context;
}

/**
 * Copies a folder, as it is but for what a compiler needs: by rsync where both machines have it, else by tar. A mark is
 * made last, so that a copy that was interrupted is made again.
 * @returns whether it was there already.
 * @throws UserError `target/ssh`
 */
export async function copyFolder(local: string, remote: string, copying: Copying): Promise<boolean> {
  const there = (script: string) => start([...copying.ssh, asRemoteCommand(script)], copying.ctx);
  const mark = quoted(`${remote}.complete`);
  const looked = await there(`test -e ${mark} && test -d ${quoted(remote)}`);
  if (looked.exitCode === 0) return true;
  if (looked.exitCode !== 1) throw failed(local, looked);
  for (const step of [
    () => there(`mkdir -p ${quoted(remote)}`),
    () => (copying.rsync ? byRsync(local, remote, copying) : byTar(local, remote, copying)),
    () => there(`touch ${mark}`),
  ]) {
    const done = await step();
    if (done.exitCode !== 0) throw failed(local, done);
  }
  return false;
}

function byRsync(local: string, remote: string, { ssh, place, ctx }: Copying): Promise<ProcessResult> {
  const excluded = LEFT_BEHIND.flatMap((pattern) => ['--exclude', pattern]);
  // rsync names the host itself; `-s` keeps the remote shell from taking the path apart.
  const shell = ssh.slice(0, ssh.indexOf('--')).map(rsyncQuoted).join(' ');
  const host = place.destination.includes(':') ? place.destination.replace(/([^@]*)$/, '[$1]') : place.destination;
  return start(['rsync', '-azs', ...excluded, '-e', shell, '--', `${local}/`, `${host}:${remote}/`], ctx);
}

/** rsync's own quoting of `-e`: quotes are doubled inside quotes. */
const rsyncQuoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`);

function byTar(local: string, remote: string, { ssh, ctx }: Copying): Promise<ProcessResult> {
  const excluded = LEFT_BEHIND.map((pattern) => quoted(`--exclude=${pattern}`)).join(' ');
  const pack = `tar -C "$1" -czf - ${excluded} . | { shift; "$@"; }`;
  const unpack = asRemoteCommand(`tar -xzf - -C ${quoted(remote)}`);
  return start(['sh', '-c', pack, 'sh', local, ...ssh, unpack], ctx);
}

const start = (command: readonly string[], ctx: Context) => withSsh(command, LIMIT_MS, ctx);

function failed(local: string, { stderr, timedOut, exitCode }: ProcessResult): UserError {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const why = timedOut ? `not done within ${LIMIT_MS / 60_000} minutes` : last === '' ? `exit code ${exitCode}` : last;
  return new UserError({
    code: 'target/ssh',
    message: `${local} could not be copied to the other machine: ${why}`,
    hint: 'look at the free space there (df), and start again: what was copied stays',
  });
}
