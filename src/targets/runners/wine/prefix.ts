import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Background, startBackground } from '../../../system/background.ts';
import type { Context } from '../../../system/context.ts';
import { UserError } from '../../../system/diagnostic.ts';
import { withFileProblems, writeFileAtomic } from '../../../system/files.ts';
import { tryLock } from '../../../system/lock.ts';
import { runProcess } from '../../../system/process.ts';
import { RUN_ENVIRONMENT } from '../native.ts';

export interface WineTools {
  /** Absolute. */
  readonly wine: string;
  readonly wineserver: string;
  readonly version: string;
}

/** A Wine of our own that runs: never the user's, and never another process's. */
export interface WinePrefix {
  readonly folder: string;
  readonly server: Background;
}

/** A cold start makes some 700 MB of files. */
const START_LIMIT_MS = 5 * 60_000;
/** Seconds that the server stays without clients: other targets' turns. */
const LINGER_S = 300;
const LEAVE_LIMIT_MS = 30_000;
/** Until the server can be spoken to. */
const SERVER_START_MS = 300;

/** What every process of a prefix sees: no windows, no remarks, no questions about .NET and HTML. */
export function wineEnvironment(folder: string): Readonly<Record<string, string>> {
  return {
    ...RUN_ENVIRONMENT,
    WINEPREFIX: folder,
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml=;winemenubuilder.exe=d',
    HOME: path.dirname(folder),
  };
}

/**
 * Starts Wine in the first prefix of the cache that no other process uses, and makes it where there is none. It is ended
 * with this process.
 * @throws UserError `target/wine` when Wine does not come up; Cancelled.
 */
export async function startPrefix(tools: WineTools, ctx: Context): Promise<WinePrefix> {
  const place = path.join(path.resolve(ctx.cacheDir), 'wine');
  await withFileProblems(`make ${place}`, () => mkdir(place, { recursive: true }));
  const folder = await ownPrefix(place);
  const mark = path.join(folder, 'forkwright-made-by');
  const made = await readFile(mark, 'utf8').catch(() => undefined);
  if (made !== tools.version) {
    // Half a prefix, or one of another version, is made anew.
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    // Its registry is on the disk only when the server has left.
    await (await bootPrefix(folder, tools, ctx)).end();
    await writeFileAtomic(mark, tools.version);
  }
  return { folder, server: await bootPrefix(folder, tools, ctx) };
}

/** Starts a prefix's server and its services. */
async function bootPrefix(folder: string, tools: WineTools, ctx: Context): Promise<Background> {
  const place = path.dirname(folder);
  const process = { cwd: place, env: wineEnvironment(folder), signal: ctx.signal };
  // One that is still leaving, or that was left behind: the prefix is this process's alone.
  await runProcess(tools.wineserver, ['-k'], { ...process, timeoutMs: LEAVE_LIMIT_MS });
  // First the server by itself: one that an interpreter starts would hold that one's output open. At SIGINT it ends all of
  // its processes, where at SIGTERM it leaves them behind.
  const server = await startBackground(tools.wineserver, ['-f', `-p${LINGER_S}`], {
    ...process,
    ending: 'SIGINT',
    afterDeath: [tools.wineserver, '-k'],
  });
  await new Promise((resolve) => setTimeout(resolve, SERVER_START_MS));
  // Then its services, whose output goes nowhere either.
  const log = path.join(place, `${path.basename(folder)}.log`);
  const started = await runProcess(tools.wine, ['wineboot'], { ...process, timeoutMs: START_LIMIT_MS, logFile: log });
  if (started.exitCode === 0 && !server.ended()) return server;
  await server.end();
  throw new UserError({
    code: 'target/wine',
    message: `Wine does not start (${tools.wine} wineboot ${started.timedOut ? 'hangs' : `exits with ${started.exitCode}`})`,
    hint: `its words are in ${log}; WINEPREFIX=${folder} wine wineboot shows them too`,
  });
}

async function ownPrefix(place: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = path.join(place, `prefix-${number}`);
    // Never released: it is this process's as long as that lives.
    if ((await tryLock(folder)) !== undefined) return folder;
  }
}
