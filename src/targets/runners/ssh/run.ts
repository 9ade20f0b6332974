/**
 * The program `ssh-run`: started in an interpreter's place, it starts the interpreter on another machine, with this
 * process's arguments, environment, input and outputs, and ends as that does. A program of its own, because what measures
 * appends arguments to a command and talks to a process. Ended by SIGTERM, it ends the process group over there.
 */
// biome-ignore lint/style/noRestrictedImports: it stands in an interpreter's place: limits and groups are those of who started it
import { type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { quoted } from '../../../system/quote.ts';
import { asRemoteCommand, endScript, removal, startScript } from './script.ts';
import { type SshSession, translate, type Upload } from './translate.ts';

const [, , given = '{}', ...args] = process.argv;
const session = JSON.parse(given) as SshSession;
const ADDR_NO_RANDOMIZE = 0x0040000; // personality(2)

function run([file = '', ...rest]: readonly string[], stdio: SpawnOptions['stdio'], detached = false) {
  return new Promise<{ code: number; output: string }>((resolve, reject) => {
    const child = spawn(file, rest, { stdio, detached, env: { ...process.env, ...session.ownEnv } });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0), output }),
    );
  });
}

const remote = (script: string, stdio: SpawnOptions['stdio'], detached = false) =>
  run([...session.ssh, asRemoteCommand(script)], stdio, detached);

/** Copies what is not there yet: `mv` last, so that what is there is whole. */
async function upload(all: readonly Upload[], id: string): Promise<void> {
  const uploads = all.filter(({ key }) => !existsSync(path.join(session.seen, key)));
  if (uploads.length === 0) return;
  const folders = uploads.map(({ remote: file }) => path.posix.dirname(file));
  const asked = folders.map((folder) => `test -d ${quoted(folder)} && echo ${path.posix.basename(folder)}`);
  const { code, output } = await remote(`${asked.join('; ')}; exit 0`, ['ignore', 'pipe', 'inherit']);
  if (code !== 0) process.exit(255);
  for (const { local, key, remote: file } of uploads) {
    if (output.split('\n').includes(key)) continue;
    const target = path.posix.dirname(file);
    const part = `${target}.${id}`;
    const unpack = `mkdir -p ${quoted(part)} && tar -xf - -C ${quoted(part)} && { mv ${quoted(part)} ${quoted(target)} 2>/dev/null || rm -rf ${quoted(part)}; }`;
    const pack = 'folder=$1; name=$2; shift 2; tar -chf - -C "$folder" -- "$name" | "$@"';
    const [folder, name] = [path.dirname(local), path.basename(local)];
    const command = ['sh', '-c', pack, 'sh', folder, name, ...session.ssh, asRemoteCommand(unpack)];
    const copied = await run(command, ['ignore', 'ignore', 'inherit']);
    if (copied.code !== 0) {
      process.stderr.write(`forkwright: ${local} could not be copied to the other machine\n`);
      process.exit(255);
    }
  }
  for (const { key } of uploads) writeFileSync(path.join(session.seen, key), '');
}

/** Brings back what was written there, and removes the call's folder. */
async function fetch(outputs: readonly { readonly local: string; readonly remote: string }[]): Promise<void> {
  for (const [index, { local, remote: file }] of outputs.entries()) {
    const out = openSync(local, 'w');
    const clean = index === outputs.length - 1 ? removal(start) : '';
    await remote(`cat ${quoted(file)} 2>/dev/null\n${clean}\nexit 0`, ['ignore', out, 'inherit']);
    closeSync(out);
  }
}

function hasFixedAddresses(): boolean {
  try {
    return (Number.parseInt(readFileSync('/proc/self/personality', 'latin1'), 16) & ADDR_NO_RANDOMIZE) !== 0;
  } catch {
    return false; // Another system than Linux.
  }
}

const id = randomBytes(6).toString('hex');
const env = Object.fromEntries(
  Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
);
const { start, uploads, outputs } = translate(session, {
  ...{ id, args, env },
  cwd: process.cwd(),
  fixedAddresses: hasFixedAddresses(),
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => {
    // In a group of its own: this one is being ended.
    void remote(endScript(start), 'ignore', true);
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
  });
}
await upload(uploads, id);
const { code } = await remote(startScript(start), 'inherit');
await fetch(outputs);
const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
// As it ended there: a crash is one here too.
if (signal !== undefined && code > 128) process.kill(process.pid, signal);
else process.exitCode = code;
