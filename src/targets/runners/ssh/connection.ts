import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hold } from '../../../system/held.ts';

/** `ssh://user@host:port/dir`, taken apart. */
export interface SshPlace {
  /** `user@host`, as ssh takes it. */
  readonly destination: string;
  readonly port: string | undefined;
  /** Absolute, or below the user's home when the address began with `/~/`. Without a slash at its end. */
  readonly folder: string;
}

/** @throws Error for what the schema and the command line do not let through. */
export function parseSshUrl(url: string): SshPlace {
  const match = /^ssh:\/\/(?:([^@/:\s]+)@)?(\[[0-9a-fA-F:.]+\]|[^@/:\s[\]]+)(?::(\d+))?(\/.*[^/])\/*$/.exec(url);
  if (match === null) throw new Error(`not an address for ssh: ${url}`);
  const [, user, host = '', port, folder = ''] = match;
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return {
    destination: user === undefined ? bare : `${user}@${bare}`,
    port,
    folder: folder.startsWith('/~/') ? folder.slice(3) : folder,
  };
}

/** Why an address cannot be used; `undefined` when it can. A host that begins with `-` would be an option of ssh's. */
export function wrongSshUrl(url: string): string | undefined {
  try {
    const { destination, folder } = parseSshUrl(url);
    if (destination.startsWith('-')) return 'a host or user cannot begin with “-”';
    if (/[\x00-\x1f\x7f]/.test(url)) return 'control characters cannot be in it';
    // The dynamic loader takes the variable LD_PRELOAD apart at both.
    if (/[\s:]/.test(folder)) return 'the folder’s name cannot hold spaces or colons';
    if (folder.split('/').includes('..')) return 'name the folder without “..”';
    return undefined;
  } catch {
    return 'ssh://user@host/folder or ssh://user@host:port/folder is expected';
  }
}

let controlFolder: string | undefined;

/** One for the life of this process, private: the socket in it is as good as the key. Its path must be short (108 bytes). */
export function privateFolder(): string {
  if (controlFolder === undefined) {
    const folder = mkdtempSync(path.join(process.platform === 'win32' ? tmpdir() : '/tmp', 'fw-ssh-'));
    hold({ undo: () => rmSync(folder, { recursive: true, force: true }) });
    controlFolder = folder;
  }
  return controlFolder;
}

/**
 * The words before the remote command. No question is ever asked (BatchMode); all calls share one connection, which
 * closes ten seconds after the last.
 */
export function sshCommand({ destination, port }: SshPlace, options: readonly string[] = []): readonly string[] {
  const shared =
    process.platform === 'win32' // Its OpenSSH cannot share connections.
      ? []
      : [
          '-o',
          'ControlMaster=auto',
          '-o',
          `ControlPath=${path.join(privateFolder(), '%C')}`,
          '-o',
          'ControlPersist=10',
        ];
  return [
    ...['ssh', '-T', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15', '-o', 'ServerAliveInterval=15'],
    ...shared,
    ...options,
    ...(port === undefined ? [] : ['-p', port]),
    '--',
    destination,
  ];
}
