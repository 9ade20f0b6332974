import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePort, listening } from './server.ts';

/** A real sshd on loopback, for this user alone and with keys of its own: nothing of the system's is touched. */
export interface Sshd {
  /** `user@127.0.0.1:port`, to put between `ssh://` and a folder. */
  readonly authority: string;
  readonly port: number;
  /** Options of ssh that make it trust this server, and it this user. */
  readonly options: readonly string[];
  readonly folder: string;
  stop(): void;
}

export async function startSshd(): Promise<Sshd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'forkwright-sshd-'));
  const file = (name: string) => path.join(folder, name);
  for (const key of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  copyFileSync(file('user.pub'), file('authorized'));
  chmodSync(file('authorized'), 0o600);
  const port = await freePort();
  writeFileSync(
    file('config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('authorized')}`,
      'StrictModes no', // The folder lies in one that all may write.
      'PidFile none',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'MaxStartups 100',
    ].join('\n'),
  );
  const [type, key] = readFileSync(file('host.pub'), 'utf8').split(' ');
  writeFileSync(file('known'), `[127.0.0.1]:${port} ${type} ${key}\n`);
  // Where sshd, as root, locks its unprivileged child in.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const server = spawn('/usr/sbin/sshd', ['-D', '-f', file('config'), '-E', file('log')], { stdio: 'ignore' });
  await listening(port, server, 'sshd', () => readFileSync(file('log'), 'utf8'));
  return {
    authority: `${userInfo().username}@127.0.0.1:${port}`,
    port,
    options: [
      '-F',
      'none',
      '-i',
      file('user'),
      '-o',
      `UserKnownHostsFile=${file('known')}`,
      '-o',
      'IdentitiesOnly=yes',
    ],
    folder,
    stop() {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
