import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../system/diagnostic.ts';
import { fileProblem, readPlain, withFileProblems } from '../../system/files.ts';
import { parseJson } from '../../system/json.ts';
import type { SampleLine } from '../types.ts';
import { sampleLineSchema } from './schema.ts';

/**
 * Reads a samples file; a torn last line is left out and said so.
 * @returns `undefined` when there is no such file.
 * @throws UserError when it cannot be read, or a whole line is not what it should be.
 */
export async function readSamples(file: string) {
  let text: string;
  try {
    text = (await readPlain(file)).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof UserError ? error : (fileProblem(error, 'read the samples') ?? error);
  }
  return parseSamples(text, file);
}

/**
 * @returns `wholeBytes`: up to the end of the last whole line, what a resumed run appends to; `torn`: the text ends in the
 * middle of a line, as the machine went down while it was written.
 * @throws UserError naming line and cause.
 */
export function parseSamples(text: string, file: string) {
  const end = text.lastIndexOf('\n') + 1;
  const whole = text.slice(0, end);
  const lines = whole
    .split('\n')
    .slice(0, -1)
    .map((line, index) => parseLine(line, file, index + 1));
  return { lines, wholeBytes: Buffer.byteLength(whole), torn: end < text.length };
}

function parseLine(text: string, file: string, line: number): SampleLine {
  const parsed = parseJson(text, sampleLineSchema);
  if (parsed.data !== undefined) return parsed.data;
  throw new UserError({
    code: 'bench/bad-samples',
    message: `a line of the samples is damaged: ${parsed.why.join('; ')}`,
    place: { file, line },
    hint: 'the comparison must not be made from it: measure again into another run folder, or remove that line by hand',
  });
}

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
