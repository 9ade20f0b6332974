import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../system/diagnostic.ts';
import { makeFolder, readJson, withFileProblems, writeJson } from '../system/files.ts';
import { isLocked, type LockWay, tryLock } from '../system/lock.ts';
import { type RunRequest, runRequestSchema } from './request.ts';
import { type RunRecord, runRecordSchema } from './types.ts';

export type RunFolder = Readonly<ReturnType<typeof runFolder>>;

export function runFolder(dir: string) {
  const absolute = path.resolve(dir);
  return {
    dir: absolute,
    name: path.basename(absolute),
    request: path.join(absolute, 'request.json'),
    record: path.join(absolute, 'run.json'),
    /** Of a folder of several runs: what they are to each other. */
    many: path.join(absolute, 'runs.json'),
    journal: path.join(absolute, 'journal.jsonl'),
    patches: path.join(absolute, 'patches'),
    /** Changes that no recipe makes, as they were when the run began. */
    changes: path.join(absolute, 'changes'),
    logs: path.join(absolute, 'logs'),
    samples: (target: string) => path.join(absolute, 'samples', `${target}.jsonl`),
    /** The plan of a bundle that was made from the run: results are recognised by its hash. */
    bundle: (planSha256: string) => path.join(absolute, 'bundles', `${planSha256.slice(0, 16)}.json`),
  };
}

/** `2026-11-22-remove-zombieframe`, with `-2`, `-3`, … when that is taken. */
export async function newRunFolder(parent: string, title: string, now: Date): Promise<RunFolder> {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
  const stem = `${day}-${title.replace(/[^\w.+-]+/g, '-').slice(0, 60)}`;
  return withFileProblems('make the run folder', async () => {
    await makeFolder(parent);
    for (let n = 1; ; n += 1) {
      const dir = path.join(parent, n === 1 ? stem : `${stem}-${n}`);
      try {
        await mkdir(dir);
        return runFolder(dir);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  });
}

/** The folder that the user named with `--out`: new or empty, so that nothing is overwritten. */
export async function claimRunFolder(dir: string): Promise<RunFolder> {
  await withFileProblems('make the run folder', () => makeFolder(path.resolve(dir)));
  if ((await readdir(dir)).length > 0) {
    throw new UserError({
      code: 'run/folder-not-empty',
      message: 'the run folder is not empty',
      place: { file: dir },
      hint: `choose another --out, or continue what is in it: forkwright run --resume ${dir}, or forkwright bench --self-test ${dir} if it is a self-test`,
    });
  }
  return runFolder(dir);
}

/** The newest run in `parent`. @throws UserError when there is none. */
export async function latestRunFolder(parent: string): Promise<RunFolder> {
  const names = await readdir(parent).catch(() => [] as string[]);
  const runs: { folder: RunFolder; at: number }[] = [];
  for (const folder of names.map((name) => runFolder(path.join(parent, name)))) {
    const found = await stat(folder.request).catch(() => stat(folder.many).catch(() => undefined));
    if (found !== undefined) runs.push({ folder, at: found.mtimeMs });
  }
  const [newest] = runs.sort((a, b) => b.at - a.at);
  if (newest === undefined) {
    throw new UserError({
      code: 'run/none',
      message: `there is no run in ${parent}`,
      hint: 'name the run folder, or start one: forkwright run remove-zombieframe --checkout DIR',
    });
  }
  return newest.folder;
}

export async function saveRequest(folder: RunFolder, request: RunRequest): Promise<void> {
  await writeJson(folder.request, request);
}

/** @throws UserError when the folder is not a run's. */
export async function loadRequest(folder: RunFolder): Promise<RunRequest> {
  const request = await readJson(folder.request, runRequestSchema, 'the run’s request');
  return request ?? notARun(folder, folder.request);
}

function notARun({ dir }: RunFolder, missing: string): never {
  throw new UserError({
    code: 'run/not-a-run',
    message: `this is not a run folder: it has no ${path.basename(missing)}`,
    place: { file: dir },
    hint: 'name a folder that `forkwright run` made',
  });
}

/** Holds a run folder while `body` works in it. @throws UserError when another process does. */
export async function withRunLock<T>(folder: RunFolder, body: () => Promise<T>): Promise<T> {
  const release = await tryLock(folder.dir, wayOf(folder));
  if (release !== undefined) return body().finally(release);
  throw new UserError({
    code: 'run/locked',
    message: 'another Forkwright works in this run folder',
    place: { file: folder.dir },
    hint: 'wait for it, or stop it',
  });
}

export const isRunLocked = (folder: RunFolder): Promise<boolean> => isLocked(folder.dir, wayOf(folder));

const wayOf = ({ dir }: RunFolder): LockWay => ({
  file: `${dir}/.lock`,
  // Another process has it now, and two must not write into one run.
  onLost: (error) => {
    throw error;
  },
});

/** What a run has found so far. @throws UserError when the folder is not a run's, or its record was damaged. */
export async function readRunRecord(folder: RunFolder): Promise<RunRecord> {
  const record = await readJson(folder.record, runRecordSchema, 'the run’s record');
  // Whoever wrote "running" and holds the folder no more was killed: what it had finished is there.
  if (record?.state === 'running' && !(await isRunLocked(folder))) return { ...record, state: 'stopped' };
  return record ?? notARun(folder, folder.record);
}
