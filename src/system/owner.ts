import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, rmdirSync, rmSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/** A process, told apart from a later one with the same number. */
export interface Owner {
  readonly pid: number;
  /** The machine, and in it the space of process numbers (of a container). */
  readonly host: string;
  /** When it began, in ticks since the machine's start, and which start that was; empty where the system does not say. */
  readonly started: string;
}

/** proc(5): field 22 of stat, behind the name, which may hold spaces and parentheses. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie runs no more.
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${fields[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}`;
  } catch {
    return undefined;
  }
}

function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

const thisProcess = (): Owner => ({ pid: process.pid, host: thisHost(), started: startOf(process.pid) ?? '' });

/** How often an owner says that it lives, for machines that cannot see its process, and how long they believe it, milliseconds. */
const RENEW_MS = 20_000;
const BELIEVED_MS = 10 * 60_000;

/** Whether the process runs; one that was stopped (Ctrl-Z) does. `undefined`: it is another machine's. */
function runs({ pid, host, started }: Owner): boolean | undefined {
  if (host !== thisHost()) return undefined;
  const now = startOf(pid);
  if (started !== '' && startOf(process.pid) !== undefined) return now === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The sole right to what a folder stands for. It ends with this process, however that ends. */
export interface Claim {
  /** Removes the folder, unless something else is in it or another process has the right by now. */
  release(): Promise<void>;
  /** At the process' exit. */
  releaseNow(): void;
}

interface ClaimHow {
  /** Told when another machine took the right, having heard nothing of this process for ten minutes. */
  readonly onLost?: ((error: Error) => void) | undefined;
  /** Names in the folder that go with the right, in this order before it. */
  readonly belongings?: ((names: readonly string[]) => readonly string[]) | undefined;
}

const OWNER = /^owner\.(\d+)$/;

/**
 * Claims a folder, which is made when it is not there: `owner.1` in it names the process; who finds that one dead becomes
 * `owner.2`, and so on. A name appears with its contents, at once, so two never get the same.
 * @returns the claim, or who has it.
 * @throws file errors, ENOTDIR among them when something else is there.
 */
export async function claimFolder(folder: string, { onLost, belongings }: ClaimHow = {}): Promise<Claim | Owner> {
  for (;;) {
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const last = await lastOwner(folder);
    if (last.owner !== undefined && (await isAlive(folder, last.number, last.owner))) return last.owner;
    const number = last.number + 1;
    const own = path.join(folder, `draft.${process.pid}.${randomBytes(4).toString('hex')}`);
    try {
      await writeFile(own, JSON.stringify(thisProcess()), { flag: 'wx' });
      await link(own, ownerFile(folder, number));
    } catch (error) {
      // Another one was first, or has just given the folder back.
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST' || code === 'ENOENT') continue;
      throw error;
    } finally {
      await rm(own, { force: true }).catch(() => {});
    }
    return claimed(folder, number, { onLost, belongings });
  }
}

function claimed(folder: string, number: number, { onLost, belongings = () => [] }: ClaimHow): Claim {
  const renew = setInterval(async () => {
    const now = new Date();
    await utimes(ownerFile(folder, number), now, now).catch(() => {});
    if ((await lastOwner(folder)).number === number) return;
    clearInterval(renew);
    onLost?.(new Error(`another machine took ${folder}`));
  }, RENEW_MS);
  renew.unref();
  const owners = Array.from({ length: number }, (_, i) => `owner.${number - i}`);
  return {
    async release() {
      clearInterval(renew);
      // What cannot be removed now, the next one removes.
      const names: readonly string[] = await readdir(folder).catch(() => []);
      for (const name of [...belongings(names), ...owners])
        await rm(path.join(folder, name), { force: true }).catch(() => {});
      await rmdir(folder).catch(() => {});
    },
    releaseNow() {
      for (const name of owners) rmSync(path.join(folder, name), { force: true });
      rmdirSync(folder);
    },
  };
}

/** Who has a folder now; `undefined`: nobody. */
export async function ownerOf(folder: string): Promise<Owner | undefined> {
  const { owner, number } = await lastOwner(folder);
  return owner !== undefined && (await isAlive(folder, number, owner)) ? owner : undefined;
}

const ownerFile = (folder: string, number: number) => path.join(folder, `owner.${number}`);

async function lastOwner(folder: string): Promise<{ readonly number: number; readonly owner?: Owner }> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const number = Math.max(0, ...names.map((name) => Number(OWNER.exec(name)?.[1] ?? 0)));
  try {
    const owner: unknown = JSON.parse(await readFile(ownerFile(folder, number), 'utf8'));
    return isOwner(owner) ? { number, owner } : { number };
  } catch {
    return { number };
  }
}

function isOwner(value: unknown): value is Owner {
  const { pid, host, started } = (value ?? {}) as Partial<Owner>;
  return Number.isInteger(pid) && Number(pid) > 0 && typeof host === 'string' && typeof started === 'string';
}

async function isAlive(folder: string, number: number, owner: Owner): Promise<boolean> {
  const here = runs(owner);
  if (here !== undefined) return here;
  const { mtimeMs } = await stat(ownerFile(folder, number)).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < BELIEVED_MS;
}
