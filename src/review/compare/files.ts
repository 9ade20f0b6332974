import { likeness, pieces } from '../model/words.ts';
import type { ChangeStatus, FileComparison, HunkComparison, ReviewFile } from '../types.ts';
import { assign, pairEqual } from './assign.ts';
import { compareHunks } from './hunks.ts';

/** Below this a file is not the other under a new name. */
const LEAST = 0.5;
const SAME_NAME = 1;

/** How the files of two versions of a patch relate, in the order of the new one; those that went come last. */
export function compareFiles(
  old: readonly ReviewFile[],
  now: readonly ReviewFile[],
  sameRecipe: boolean,
): readonly FileComparison[] {
  const { pairs, restA, restB } = pairEqual(old, now, ({ path }) => path);
  const counterpart = new Map<ReviewFile, ReviewFile>(pairs.map(([one, other]) => [other, one]));
  for (const [i, j] of assign(restA, restB, likeFiles)) {
    const [one, other] = [restA[i], restB[j]];
    if (one !== undefined && other !== undefined) counterpart.set(other, one);
  }
  const kept = new Set(counterpart.values());
  return [
    ...now.map((file) => pairOf(counterpart.get(file), file, sameRecipe)),
    ...old.filter((file) => !kept.has(file)).map(gone),
  ];
}

const changed = (file: ReviewFile) =>
  pieces(
    file.hunks
      .flatMap(({ rows }) => rows.flatMap(({ kind, text }) => (kind === 'context' ? [] : [text])))
      .join('\n')
      .slice(0, 100_000),
  );
const name = ({ path }: ReviewFile) => path.slice(path.lastIndexOf('/') + 1);

/** A header that went to another folder between two versions has the same name; anything else, what is done to it. */
function likeFiles(one: ReviewFile, other: ReviewFile): number {
  const alike = likeness(changed(one), changed(other));
  if (name(one) === name(other)) return SAME_NAME + alike;
  return alike >= LEAST && one.hunks.length > 0 && other.hunks.length > 0 ? alike : 0;
}

const gone = (file: ReviewFile): FileComparison => ({
  path: file.path,
  status: 'removed',
  hunks: file.hunks.map((hunk) => ({ status: 'removed', old: hunk, rows: [] })),
});

function pairOf(old: ReviewFile | undefined, now: ReviewFile, sameRecipe: boolean): FileComparison {
  if (old === undefined) {
    return {
      path: now.path,
      status: 'added',
      hunks: now.hunks.map((hunk) => ({ status: 'added', new: hunk, rows: [] })),
    };
  }
  const hunks = compareHunks(old.hunks, now.hunks, sameRecipe);
  const status = sameDeed(old, now) ? fileStatus(hunks) : 'changed';
  return { path: now.path, ...(old.path === now.path ? {} : { oldPath: old.path }), status, hunks };
}

/** Whether the same is done to the file itself. Of binary files the contents are not known, so they are never the same. */
function sameDeed(old: ReviewFile, now: ReviewFile): boolean {
  if (old.binary || now.binary) return false;
  return old.status === now.status && old.mode === now.mode && old.oldPath === now.oldPath;
}

function fileStatus(hunks: readonly HunkComparison[]): ChangeStatus {
  if (hunks.every(({ status }) => status === 'same')) return 'same';
  return hunks.some(({ status }) => status === 'changed' || status === 'added' || status === 'removed')
    ? 'changed'
    : 'context-only';
}
