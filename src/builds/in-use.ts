import { randomBytes } from 'node:crypto';
import { rmdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../system/files.ts';
import { type Claim, claimFolder, ownerOf } from '../system/owner.ts';

/** Beside an entry of the store: a folder a process that uses it. */
const usersOf = (entry: string) => `${entry}.users`;

const kept = new Set<string>();
/** What this process gives back at its end. */
const claims = new Map<string, Claim>();

/**
 * Keeps an entry of the store as long as this process lives: `cache --prune` and `clean` leave it alone. To be called
 * before the entry is looked up. A store that can only be read keeps its entries anyway.
 */
export async function keepEntry(entry: string): Promise<void> {
  if (kept.has(entry)) return;
  kept.add(entry);
  try {
    await makeFolder(usersOf(entry));
    const claim = await claimFolder(path.join(usersOf(entry), `${process.pid}-${randomBytes(4).toString('hex')}`));
    if (!('releaseNow' in claim)) return;
    if (claims.size === 0) process.once('exit', giveBack);
    claims.set(entry, claim);
  } catch {
    kept.delete(entry);
  }
}

function giveBack(): void {
  for (const [entry, claim] of claims) {
    try {
      claim.releaseNow();
      rmdirSync(usersOf(entry));
    } catch {
      // Others use it, too.
    }
  }
}

/** Whether a living process uses the entry; what dead ones left goes. */
export async function isInUse(entry: string): Promise<boolean> {
  const names = await readdir(usersOf(entry)).catch(() => []);
  let inUse = false;
  for (const name of names) {
    const folder = path.join(usersOf(entry), name);
    if ((await ownerOf(folder).catch(() => undefined)) !== undefined) inUse = true;
    else await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
  return inUse;
}

/** When the entry is gone. */
export const forgetUsers = (entry: string): Promise<void> =>
  rm(usersOf(entry), { recursive: true, force: true }).catch(() => {});
