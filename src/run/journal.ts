import { appendFile } from 'node:fs/promises';
import { readPlain } from '../system/files.ts';
import { fingerprint } from '../system/hash.ts';
import type { RunFolder } from './folder.ts';

/**
 * What a run has finished: one JSON line a stage, written when the stage is over. A resumed run takes a stage's result
 * from here when the stage would be asked the same again.
 */
export type Journal = Awaited<ReturnType<typeof openJournal>>;

export async function openJournal(folder: RunFolder) {
  const known = new Map<string, unknown>();
  const text = await readPlain(folder.journal).then(String, () => '');
  for (const line of text.split('\n')) {
    try {
      const entry = JSON.parse(line) as { stage: string; inputs: string; result: unknown };
      known.set(`${entry.stage} ${entry.inputs}`, entry.result);
    } catch {
      // The last line of a stopped run may be torn: its stage counts as not finished.
    }
  }
  // A torn line must not swallow the next one.
  let separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return {
    /** The recorded result, or `undefined` when the stage was not finished with these inputs. */
    find: (stage: string, inputs: unknown) => known.get(`${stage} ${fingerprint(inputs)}`),
    async record(stage: string, inputs: unknown, result: unknown) {
      const entry = { stage, inputs: fingerprint(inputs), at: new Date().toISOString(), result };
      known.set(`${stage} ${entry.inputs}`, result);
      await appendFile(folder.journal, `${separator}${JSON.stringify(entry)}\n`);
      separator = '';
    },
  };
}
