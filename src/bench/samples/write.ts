import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { withFileProblems } from '../../system/files.ts';
import type { SampleLine } from '../types.ts';

/**
 * Opens a samples file to append lines as they come.
 * @param from bytes to keep: 0 for a new file, the whole lines of an interrupted one.
 * @throws UserError when it cannot be written.
 */
export async function openSamples(file: string, from: number) {
  const handle = await withFileProblems(`write ${file}`, async () => {
    await mkdir(path.dirname(file), { recursive: true });
    const opened = await open(file, 'a');
    await opened.truncate(from);
    return opened;
  });
  return {
    write: (...lines: readonly SampleLine[]) =>
      withFileProblems('append to the samples', async () => {
        await handle.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      }),
    /** Waits until what was written is on the disk. */
    sync: () => withFileProblems('append to the samples', () => handle.sync()),
    close: () => handle.close(),
  };
}
