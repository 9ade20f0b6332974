import { readFile } from 'node:fs/promises';
import { UserError } from '../../system/diagnostic.ts';
import { withFileProblems } from '../../system/files.ts';
import { looksLikeBundleResults } from '../bundle/results.ts';
import { parseSamples } from '../samples/read.ts';
import type { SampleLine } from '../types.ts';
import { looksLikePickle, readPybenchPickle } from './pybench-pickle.ts';
import { looksLikePybenchText, readPybenchText } from './pybench-text.ts';
import type { ImportedBenchmark } from './types.ts';

/** What a file that was brought here holds. */
export type Imported =
  | { readonly kind: 'benchmark'; readonly self: ImportedBenchmark; readonly other?: ImportedBenchmark | undefined }
  | {
      readonly kind: 'samples';
      readonly source: string;
      readonly lines: readonly SampleLine[];
      readonly torn: boolean;
    };

/**
 * Reads pybench's text, pybench's pickle or our JSON lines, told apart by their content.
 * @throws UserError when it is none of them, or damaged.
 */
export async function readImported(file: string): Promise<Imported> {
  const bytes = await withFileProblems('read the results', () => readFile(file));
  if (looksLikePickle(bytes)) return { kind: 'benchmark', self: readPybenchPickle(bytes, file) };
  const text = decode(bytes);
  if (/^\s*\{\s*"type"\s*:\s*"header"/.test(text)) {
    const { lines, torn } = parseSamples(ended(text), file);
    return { kind: 'samples', source: file, lines, torn };
  }
  if (looksLikeBundleResults(text)) throw ofBundle(file);
  if (looksLikePybenchText(text)) return { kind: 'benchmark', ...readPybenchText(text, file) };
  throw new UserError({
    code: 'bench/unknown-results',
    message: 'these are no results that can be read',
    place: { file },
    hint: 'bring what pybench.py printed, what its -f wrote, or the samples/*.jsonl of a run',
  });
}

const ofBundle = (file: string) =>
  new UserError({
    code: 'bench/needs-run',
    message: 'these are the results of a bundle, which belong to the run that it was made from',
    place: { file },
    hint: `name the run, as the bundle’s README.txt does: forkwright import-results ${file} --run RUN`,
  });

/** A last line that is whole and lacks only its end is not torn: editors and shells cut it off. */
function ended(text: string): string {
  const last = text.slice(text.lastIndexOf('\n') + 1);
  try {
    if (last !== '') JSON.parse(last);
    return last === '' ? text : `${text}\n`;
  } catch {
    return text;
  }
}

/** Windows' shells write UTF-16 when output is redirected. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le').replace(/^\ufeff/, '');
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}
