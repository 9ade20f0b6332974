import { quoted } from '../../../system/quote.ts';

export interface RemoteStart {
  readonly folder: string;
  /** Names the files of this call: hexadecimal, of one length, so that all variants see paths of one length. */
  readonly id: string;
  /** Where it starts; absent: in a folder of its own, empty. */
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** Its folder stays, for what it wrote to be fetched: `removal` takes it away. */
  readonly keep: boolean;
}

/** The folder of one call: temporary files, and what is written to be fetched. */
export const scratchOf = ({ folder, id }: Pick<RemoteStart, 'folder' | 'id'>): string => `${folder}/tmp/${id}`;

/** A script as one argument of ssh: sh runs it, whatever the login shell is, in the process that sshd started. */
export const asRemoteCommand = (script: string): string => `exec sh -c ${quoted(script)}`;

/**
 * The script that starts an interpreter. sshd makes the shell the leader of a session and so of a process group: its
 * number is written down, so that the whole group can be ended from here. The interpreter has the given variables only.
 */
export function startScript(start: RemoteStart): string {
  const scratch = quoted(scratchOf(start));
  const env = Object.entries(start.env).map(([name, value]) => quoted(`${name}=${value}`));
  return [
    'umask 077',
    `mkdir -p ${scratch} && echo $$ >${scratch}.pid && cd ${start.cwd === undefined ? scratch : quoted(start.cwd)} || exit 255`,
    `env -i ${[...env, ...start.command.map(quoted)].join(' ')}`,
    'code=$?',
    'cd /',
    start.keep ? ':' : removal(start),
    'exit $code',
  ].join('\n');
}

/** Removes what a call left. A test may leave folders without permissions. */
export function removal(start: Pick<RemoteStart, 'folder' | 'id'>): string {
  const scratch = quoted(scratchOf(start));
  return `rm -rf ${scratch} 2>/dev/null || { chmod -R u+rwx ${scratch}; rm -rf ${scratch}; }; rm -f ${scratch}.pid`;
}

/** Ends a call's whole process group, and removes what it left. */
export function endScript(start: Pick<RemoteStart, 'folder' | 'id'>): string {
  const scratch = quoted(scratchOf(start));
  return [
    `group=$(cat ${scratch}.pid 2>/dev/null) || exit 0`,
    'kill -TERM -"$group" 2>/dev/null && { sleep 1; kill -KILL -"$group" 2>/dev/null; }',
    removal(start),
    'exit 0',
  ].join('\n');
}
