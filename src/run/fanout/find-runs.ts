import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Cancelled, UserError } from '../../system/diagnostic.ts';
import { fileProblem, readPlain } from '../../system/files.ts';
import { byCodeUnit } from '../../system/hash.ts';
import { parseJson } from '../../system/json.ts';
import { readZip } from '../../system/unzip.ts';
import { isRunLocked, runFolder } from '../folder.ts';
import { type RunRequest, runRequestSchema } from '../request.ts';
import { type RunRecord, runRecordSchema } from '../types.ts';

export interface FoundRun {
  /** The folder; of a zip `file.zip: folder/in/it`. */
  readonly where: string;
  readonly record: RunRecord;
  /** What it was asked for; its record may have less. */
  readonly targets: readonly string[];
  /** Absent in a folder that has lost it. */
  readonly request?: RunRequest | undefined;
}

/** Something that should have been a run. */
export interface Unreadable {
  readonly where: string;
  readonly why: string;
}

/** How deep below a folder runs are looked for: artifacts are downloaded into a folder each. */
const DEPTH = 4;
const RECORD = 'run.json';
const REQUEST = 'request.json';

/**
 * The runs in what was named: run folders, folders of them (downloaded artifacts), zips of either.
 * What is there and cannot be read is told, and the others go on.
 * @throws UserError when something named is not there at all.
 */
export async function findRuns(
  named: readonly string[],
  signal?: AbortSignal,
): Promise<{ readonly runs: readonly FoundRun[]; readonly unreadable: readonly Unreadable[] }> {
  const runs: FoundRun[] = [];
  const unreadable: Unreadable[] = [];
  const add = (found: FoundRun | Unreadable) => {
    if ('record' in found) runs.push(found);
    else unreadable.push(found);
  };
  const look = async (at: string, shown: string, depth: number): Promise<number> => {
    if (signal?.aborted) throw new Cancelled();
    const stats = await stat(at).catch((error) => {
      throw depth === 0 ? notThere(shown, error) : error;
    });
    if (!stats.isDirectory()) {
      const found = await inZip(at, shown);
      for (const one of found) add(one);
      return found.length;
    }
    const entries = await readdir(at, { withFileTypes: true });
    const has = (name: string) => entries.some((entry) => entry.name === name);
    if (has(RECORD) || has(REQUEST)) {
      add(await inFolder(at, shown));
      return 1;
    }
    let count = 0;
    for (const entry of entries.sort((a, b) => byCodeUnit(a.name, b.name))) {
      // Links are not followed: an artifact may hold any.
      if (!(entry.isDirectory() && depth < DEPTH) && !(entry.isFile() && entry.name.endsWith('.zip'))) continue;
      count += await look(path.join(at, entry.name), `${shown.replace(/\/+$/, '')}/${entry.name}`, depth + 1);
    }
    return count;
  };
  for (const name of named) {
    if ((await look(path.resolve(name), name, 0)) === 0) unreadable.push({ where: name, why: 'there is no run in it' });
  }
  return { runs, unreadable };
}

async function inFolder(dir: string, where: string): Promise<FoundRun | Unreadable> {
  const folder = runFolder(dir);
  const text = (file: string) => readPlain(file).then(String, () => undefined);
  const found = parseRun(where, await text(folder.record), await text(folder.request));
  if (!('record' in found) || found.record.state !== 'running' || (await isRunLocked(folder))) return found;
  return stopped(found);
}

async function inZip(file: string, shown: string): Promise<readonly (FoundRun | Unreadable)[]> {
  let files: ReadonlyMap<string, Buffer>;
  try {
    files = await readZip(file, (name) => [RECORD, REQUEST].includes(path.posix.basename(name)));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ where: shown, why: error.diagnostics[0]?.message ?? 'it cannot be read' }];
  }
  const folders = [...new Set([...files.keys()].map((name) => path.posix.dirname(name)))];
  return folders.map((folder) => {
    const text = (name: string) => files.get(path.posix.join(folder, name))?.toString();
    const where = folder === '.' ? shown : `${shown}: ${folder}`;
    const found = parseRun(where, text(RECORD), text(REQUEST));
    return 'record' in found && found.record.state === 'running' ? stopped(found) : found;
  });
}

/** Nobody works in it any more. */
const stopped = (found: FoundRun): FoundRun => ({ ...found, record: { ...found.record, state: 'stopped' } });

function parseRun(where: string, record: string | undefined, request: string | undefined): FoundRun | Unreadable {
  if (record === undefined) return { where, why: `it has no ${RECORD}: the run ended before it had begun` };
  const written = parseJson(record, writtenSchema).data;
  if (written === undefined) return { where, why: `its ${RECORD} is torn: it is no JSON` };
  const parsed = parseJson(record, runRecordSchema);
  if (!('data' in parsed) || parsed.data === undefined) {
    const { schemaVersion, forkwright } = written;
    const by = typeof forkwright === 'string' ? `, written by Forkwright ${forkwright}` : '';
    const how =
      schemaVersion === 1 ? `not as this one writes it: ${parsed.why[0]}` : 'of another form than this version reads';
    return { where, why: `its ${RECORD}${by} is ${how}` };
  }
  const asked = parseJson(request ?? '', runRequestSchema).data;
  const known = parsed.data.targets.map(({ target }) => target);
  const targets = [...new Set([...(asked?.targets ?? []), ...known])];
  return { where, record: parsed.data, targets, request: asked };
}

/** Of whatever version wrote it. */
const writtenSchema = z.looseObject({ schemaVersion: z.unknown(), forkwright: z.unknown() });

function notThere(shown: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return fileProblem(error, `read ${shown}`) ?? error;
  return new UserError({
    code: 'run/nothing-to-merge',
    message: `there is no ${shown}`,
    place: { file: shown },
    hint: 'name run folders, folders with downloaded artifacts, or zips of them',
  });
}
