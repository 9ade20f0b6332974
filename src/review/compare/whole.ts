import type { ReviewFile, ReviewPatch, ReviewRow } from '../types.ts';
import { type Bag, bagOf } from './bag.ts';

const changedIn = ({ hunks }: ReviewFile): readonly ReviewRow[] =>
  hunks.flatMap(({ rows }) => rows.filter(({ kind }) => kind !== 'context'));

/** What is done to a file. */
export const bagOfFile = (file: ReviewFile): Bag => bagOf(changedIn(file));

/** What a patch does and says: its words count as its lines do, as for git-range-diff(1). */
export const bagOfPatch = ({ title, why, files }: ReviewPatch): Bag =>
  bagOf([
    ...[title, why, ...files.map(({ path }) => path)].map((text) => ({ kind: 'context', text }) as const),
    ...files.flatMap(changedIn),
  ]);

/** Equal for patches that do the same to the same files, wherever in them. */
export const deedsOf = ({ files }: ReviewPatch): string =>
  JSON.stringify(
    files.map((file) => [
      file.path,
      file.oldPath,
      file.status,
      file.mode,
      changedIn(file).map(({ kind, text, eol }) => [kind[0], text, eol]),
    ]),
  );
