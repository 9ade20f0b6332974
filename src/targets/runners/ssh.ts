import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { assetPath, programPath } from '../../system/assets.ts';
import type { Context } from '../../system/context.ts';
import { UserError } from '../../system/diagnostic.ts';
import { sha256 } from '../../system/hash.ts';
import { requirement } from '../install.ts';
import { findProgram, searchFolders } from '../tools.ts';
import type { Requirement, RunDescriptor } from '../types.ts';
import { RUN_ENVIRONMENT } from './native.ts';
import { parseSshUrl, privateFolder, type SshPlace, sshCommand } from './ssh/connection.ts';
import { type Copying, copyFolder } from './ssh/copy.ts';
import { greet, type OtherMachine, sshEnvironment } from './ssh/hello.ts';
import { mapRoots, type Root, type SshSession, uploadKey } from './ssh/translate.ts';
import type { Runnable, Runner } from './types.ts';

type Ssh = Extract<RunDescriptor, { runner: 'ssh' }>;

/** What is known of another machine, once it was spoken to: for the life of this process. */
interface Known {
  readonly machine: OtherMachine;
  readonly ownEnv: Readonly<Record<string, string>>;
  readonly roots: Root[];
}

const machines = new Map<string, Known>();

/**
 * Another machine, by ssh. A build's folder is copied there whole and as it is, so that the interpreter finds its library
 * as it does here; each start is a call of the program `ssh-run`.
 */
export function sshRunner(run: Ssh): Runner {
  const place = parseSshUrl(run.url);
  const ssh = () => sshCommand(place, run.options);
  const id = [run.url, ...(run.options ?? [])].join('\0');
  const known = (): Known => {
    const found = machines.get(id);
    if (found === undefined) throw new Error(`nothing was copied to ${run.url} yet`);
    return found;
  };
  return {
    words: `on another machine: ${run.url}`,
    remote: true,
    children: true,
    // Each start goes over the net, and the machine may be a small one.
    slowdown: 5,
    // Which machine it is does not matter to the build: what an emulator's would have beside it does.
    ofBuild: { runner: run.runner },
    requirements: (_, ctx) => Promise.all([client(run, ctx), machine(run, place, ctx)]),
    async prepare(build, ctx) {
      let there = machines.get(id);
      if (there === undefined) {
        there = { machine: await greet(ssh(), place, ctx), ownEnv: sshEnvironment(ctx), roots: [] };
        machines.set(id, there);
      }
      const { machine } = there;
      if (build !== undefined) {
        const rsync = machine.rsync && (await findProgram('rsync', searchFolders(ctx))) !== undefined;
        await copyBuild(build, there, { ssh: ssh(), place, rsync, ctx });
      }
      const fixed = machine.canFixAddresses ? '' : '; addresses cannot be fixed there';
      return `they ran over ssh on ${place.destination}: ${machine.description}${fixed}`;
    },
    command: (build, args, { env = {}, loaderEnv = {}, emulatorArgs = [] } = {}) => {
      if (emulatorArgs.length > 0) throw new Error('there is no emulator on the other machine');
      const { machine, roots, ownEnv } = known();
      const session: SshSession = {
        ssh: ssh(),
        folder: machine.folder,
        roots,
        python: build.python,
        loaderEnv,
        seen: seenFolder(id),
        fixAddresses: machine.canFixAddresses ? ['setarch', '-R'] : [],
        // The agent; whose HOME it is that an interpreter sees is for who starts it to say.
        ownEnv: Object.fromEntries(Object.entries(ownEnv).filter(([name]) => name.startsWith('SSH_'))),
      };
      return {
        file: process.execPath,
        args: [programPath('ssh-run'), JSON.stringify(session), ...args],
        env: { ...RUN_ENVIRONMENT, ...env },
      };
    },
    path: (local) => mapRoots(local, known().roots),
    isSame: (found, local) => found === mapRoots(local, known().roots),
  };
}

/** Copies the build's folder, and what our Python programs are, unless they are there. */
async function copyBuild(build: Runnable, { machine, roots }: Known, copying: Copying): Promise<void> {
  const assets = path.dirname(assetPath('bench/worker.py'));
  const root = path.dirname(path.dirname(build.python));
  for (const [local, remote] of [
    [assets, `${machine.folder}/files/${uploadKey(assets)}`],
    [root, `${machine.folder}/builds/${path.basename(root)}`],
  ] as const) {
    if (roots.some((known) => known.local === local)) continue;
    await copyFolder(local, remote, copying);
    roots.push({ local, remote });
  }
}

/** Of one machine: what has been copied to one is not on another. */
function seenFolder(id: string): string {
  const folder = path.join(privateFolder(), sha256(id).slice(0, 8));
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function client({ packages = ['openssh-client'] }: Ssh, ctx: Context): Promise<Requirement> {
  // It has no --version.
  const file = await findProgram('ssh', searchFolders(ctx));
  const found = file === undefined ? undefined : { name: 'ssh', path: file, version: '' };
  return requirement('ssh', 'starts the interpreters on the other machine', false, found, packages, ctx);
}

/** The machine itself: spoken to. */
async function machine({ url, options }: Ssh, place: SshPlace, ctx: Context): Promise<Requirement> {
  const common = { need: url, why: "runs the target's interpreters", optional: false, packages: [] };
  try {
    const { description } = await greet(sshCommand(place, options), place, ctx);
    return { ...common, found: { name: place.destination, path: place.folder, version: description } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [{ message, hint } = { message: error.message, hint: '' }] = error.diagnostics;
    return { ...common, install: `${message}; ${hint}` };
  }
}
