import { readJson } from '../system/files.ts';
import { notARun, type RunFolder } from './folder.ts';
import { isRunLocked } from './lock.ts';
import { type RunRecord, runRecordSchema } from './types.ts';

/** What a run has found so far. @throws UserError when the folder is not a run's, or its record was damaged. */
export async function readRunRecord(folder: RunFolder): Promise<RunRecord> {
  const record = await readJson(folder.record, runRecordSchema, 'the run’s record');
  // Whoever wrote "running" and holds the folder no more was killed: what it had finished is there.
  if (record?.state === 'running' && !(await isRunLocked(folder))) return { ...record, state: 'stopped' };
  if (record !== undefined) return record;
  throw notARun(folder, folder.record);
}
