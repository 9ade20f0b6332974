import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../system/context.ts';
import type { LauncherName } from '../targets/launcher.ts';

/** What ccache writes of each call, below the folder of a build's logs: one file a build. */
const STATISTICS = 'ccache-statistics.log';

/** What a launcher is told beside the user's settings, to say afterwards how it went. */
export function launcherLog(name: LauncherName, logs: string): Readonly<Record<string, string>> {
  return name === 'ccache' ? { CCACHE_STATSLOG: path.join(logs, STATISTICS) } : {};
}

/** Warns of {@link launcherTrouble}. @param makeLog make's log; its folder has the launcher's. */
export async function tellLauncherTrouble(name: LauncherName, makeLog: string, ctx: Context): Promise<void> {
  if (name === 'none') return;
  const log = await readFile(makeLog, 'latin1').catch(() => '');
  const text = await launcherTrouble(name, log, path.dirname(makeLog));
  if (text !== undefined) ctx.emit({ type: 'message', level: 'warning', text });
}

/**
 * What a launcher could not do in a build that succeeded all the same: caches and machines that did not answer. Launchers
 * compile here then and say nothing, or only in the log; who waits for a farm wants to know.
 * @param log make's, as text.
 * @returns a sentence, or `undefined` where nothing was amiss. What sccache and icecc do then they tell nobody.
 */
export async function launcherTrouble(name: LauncherName, log: string, logs: string): Promise<string | undefined> {
  if (name === 'ccache') {
    const text = await readFile(path.join(logs, STATISTICS), 'utf8').catch(() => '');
    const calls = counted(text, /^remote_storage_(?:error|timeout)$/gm, 'call');
    return calls === undefined
      ? undefined
      : `ccache's remote storage did not answer in ${calls}: look at CCACHE_REMOTE_STORAGE; what was not in the local cache was compiled here`;
  }
  if (name !== 'distcc') return undefined;
  const failed = /^distcc\[\d+\] .*failed to distribute.*|^distcc\[\d+\] .*failed, retrying locally$/gm;
  const files = counted(log, failed, 'file');
  return files === undefined
    ? undefined
    : `distcc compiled ${files} here, as the machines of DISTCC_HOSTS did not: make's log says why`;
}

/** `3 calls`; `undefined` for none. */
function counted(text: string, pattern: RegExp, what: string): string | undefined {
  const { length } = text.match(pattern) ?? [];
  return length === 0 ? undefined : `${length} ${what}${length === 1 ? '' : 's'}`;
}
