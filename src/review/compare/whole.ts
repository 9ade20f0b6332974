import type { ReviewFile, ReviewHunk, ReviewPatch } from '../types.ts';
import { type Bag, bagOf, type Signed } from './bag.ts';
import { SIGNS } from './changes.ts';

const changed = ({ rows }: ReviewHunk): readonly Signed[] =>
  rows.filter(({ kind }) => kind !== 'context').map(({ kind, text }) => ({ sign: SIGNS[kind], text }));

const changedIn = ({ hunks }: ReviewFile): readonly Signed[] => hunks.flatMap(changed);

/** What is done to a file. */
export const bagOfFile = (file: ReviewFile): Bag => bagOf(changedIn(file));

/** What a patch does and says: its words count as its lines do, as for git-range-diff(1). */
export const bagOfPatch = ({ title, why, files }: ReviewPatch): Bag =>
  bagOf([
    { sign: ' ', text: title },
    { sign: ' ', text: why },
    ...files.flatMap((file) => [{ sign: ' ', text: file.path } as const, ...changedIn(file)]),
  ]);

/** Equal for patches that do the same to the same files, wherever in them. */
export const deedsOf = ({ files }: ReviewPatch): string =>
  JSON.stringify(
    files.map((file) => [
      file.path,
      file.oldPath,
      file.status,
      file.mode,
      file.hunks.flatMap(({ rows }) =>
        rows.filter(({ kind }) => kind !== 'context').map(({ kind, text, eol }) => [kind[0], text, eol]),
      ),
    ]),
  );
