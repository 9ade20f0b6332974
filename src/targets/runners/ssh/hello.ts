import { tmpdir } from 'node:os';
import type { Context } from '../../../system/context.ts';
import { UserError } from '../../../system/diagnostic.ts';
import { runProcess } from '../../../system/process.ts';
import { quoted } from '../../../system/quote.ts';
import type { SshPlace } from './connection.ts';
import { asRemoteCommand } from './script.ts';

export interface OtherMachine {
  /** Of the folder, absolute: `~` and links are resolved. */
  readonly folder: string;
  /** For a reader: system, processor, how many. */
  readonly description: string;
  readonly rsync: boolean;
  readonly canFixAddresses: boolean;
}

const LIMIT_MS = 60_000;

/** Environment of ssh itself: the user's, for its agent and configuration. */
export function sshEnvironment(ctx: Pick<Context, 'env'>): Record<string, string> {
  const names = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'SSH_ASKPASS', 'SystemRoot'];
  return Object.fromEntries(names.flatMap((name) => (ctx.env[name] === undefined ? [] : [[name, ctx.env[name]]])));
}

export function withSsh([file = '', ...args]: readonly string[], timeoutMs: number, ctx: Context) {
  return runProcess(file, args, { cwd: tmpdir(), env: sshEnvironment(ctx), timeoutMs, signal: ctx.signal });
}

/** Connects, makes the folder, and asks what machine it is. @throws UserError `target/ssh` with what ssh said. */
export async function greet(ssh: readonly string[], place: SshPlace, ctx: Context): Promise<OtherMachine> {
  const folder = quoted(place.folder);
  const script = [
    'umask 077',
    `mkdir -p ${folder} && cd ${folder} && mkdir -p builds files tmp || exit 3`,
    'pwd -P',
    'uname -srm || exit 4',
    'getconf _NPROCESSORS_ONLN 2>/dev/null || echo "?"',
    "sed -n 's/^\\(model name\\|cpu\\|Model\\)[[:space:]]*: *//p' /proc/cpuinfo 2>/dev/null | head -n 1 | grep . || echo",
    'command -v rsync >/dev/null && echo yes || echo no',
    'setarch -R true 2>/dev/null && echo yes || echo no',
  ].join('\n');
  const result = await withSsh([...ssh, asRemoteCommand(script)], LIMIT_MS, ctx);
  const [where = '', system, processors, model, rsync, fixed] = result.stdout.split('\n');
  if (result.exitCode !== 0 || fixed === undefined) {
    const said = result.stderr.split('\n').filter((line) => line.trim() !== '');
    const { destination, port } = place;
    const problem = (message: string, hint: string, detail?: string[]) =>
      new UserError({ code: 'target/ssh', message, hint, detail });
    if (result.notFound) throw problem('there is no ssh on this machine', 'install it: apt-get install openssh-client');
    if (result.exitCode === 3) {
      throw problem(
        `the folder ${place.folder} cannot be made on ${destination}: ${said.at(-1) ?? 'no reason given'}`,
        'name a folder that this user may write, such as ssh://user@host/~/forkwright',
      );
    }
    const to = `${port === undefined ? '' : `-p ${port} `}${destination}`;
    throw problem(
      `${destination} cannot be used over ssh: ${said.at(-1) ?? `no answer within ${LIMIT_MS / 1000} s`}`,
      `this must work without a question, and print Linux: ssh -o BatchMode=yes ${to} uname`,
      said.length > 1 ? said.slice(-5) : undefined,
    );
  }
  const cpus = `${processors} processor${processors === '1' ? '' : 's'}`;
  return {
    folder: where,
    description: `${system}, ${cpus}${model === '' ? '' : ` (${model})`}`,
    rsync: rsync === 'yes',
    canFixAddresses: fixed === 'yes',
  };
}
