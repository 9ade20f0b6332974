import type { ChangeStatus, FileComparison, HunkComparison, ReviewFile } from '../types.ts';
import { bestPairs, pairEqual } from './assign.ts';
import { alike, bagOfFile } from './bag.ts';
import { compareHunks } from './hunks.ts';

/** Below this a file is not the other under a new name. */
const LEAST = 0.5;
/** One of the same name in another folder may be more unlike. */
const LEAST_SAME_NAME = 0.2;
const SAME_NAME = 1;
const C_FILE = /\.(?:c|h|cc|cpp|inc)$/;

/** How the files of two versions of a patch relate, in the order of the new one; those that went come last. */
export function compareFiles(
  old: readonly ReviewFile[],
  now: readonly ReviewFile[],
  byEdit: boolean,
): readonly FileComparison[] {
  const { pairs, restA, restB } = pairEqual(old, now, ({ path }) => path);
  const counterpart = new Map<ReviewFile, ReviewFile>(pairs.map(([one, other]) => [other, one]));
  for (const [one, other] of pairRenamed(restA, restB)) counterpart.set(other, one);
  const kept = new Set(counterpart.values());
  return [
    ...now.map((file) => pairOf(counterpart.get(file), file, byEdit)),
    ...old.filter((file) => !kept.has(file)).map((file) => alone(file, 'removed')),
  ];
}

type FileWithBag = ReturnType<typeof withBag>;
const withBag = (file: ReviewFile) => ({ file, bag: bagOfFile(file) });

/** Files under another name, by what is done to them; in whatever order they stand. */
function pairRenamed(
  old: readonly ReviewFile[],
  now: readonly ReviewFile[],
): readonly (readonly [ReviewFile, ReviewFile])[] {
  const byPath = (x: ReviewFile, y: ReviewFile) => (x.path < y.path ? -1 : 1);
  const sorted = (all: readonly ReviewFile[]) => [...all].sort(byPath).map(withBag);
  return bestPairs(sorted(old), sorted(now), likeFiles).map(([one, other]) => [one.file, other.file]);
}

const name = ({ path }: ReviewFile) => path.slice(path.lastIndexOf('/') + 1);

/** A header that went to another folder between two versions has the same name; anything else, what is done to it. */
function likeFiles(a: FileWithBag, b: FileWithBag): number {
  const value = alike(a.bag, b.bag);
  const [one, other] = [a.file, b.file];
  const empty = one.hunks.length === 0 || other.hunks.length === 0;
  if (name(one) === name(other) && (empty ? one.status === other.status : value >= LEAST_SAME_NAME))
    return SAME_NAME + value;
  return value >= LEAST && !empty ? value : 0;
}

const alone = ({ path, hunks }: ReviewFile, status: 'removed' | 'added'): FileComparison => ({
  path,
  status,
  hunks: hunks.map((hunk) => ({ status, [status === 'removed' ? 'old' : 'new']: hunk, rows: [] })),
});

function pairOf(old: ReviewFile | undefined, now: ReviewFile, byEdit: boolean): FileComparison {
  if (old === undefined) return alone(now, 'added');
  const hunks = compareHunks(old.hunks, now.hunks, byEdit, C_FILE.test(now.path));
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
